import Foundation
import Model
import Testing

@testable import Reporting

@Suite struct `Policies of AWS` {
    private typealias Object = [String: Any]

    private static func statements(_ json: String) throws -> [Object] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? Object)
        #expect(Set(object.keys) == ["Version", "Statement"])
        #expect(object["Version"] as? String == "2012-10-17")
        return try #require(object["Statement"] as? [Object])
    }

    private static func conditions(_ statement: Object) throws -> Object {
        let condition = try #require(statement["Condition"] as? [String: Object])
        #expect(condition.keys.sorted() == ["StringEquals"])
        return try #require(condition["StringEquals"])
    }

    private static func group(_ id: String, _ region: String) -> SecurityGroupReference { SecurityGroupReference(id: id, region: region) }

    @Test func `groups stand once each, sorted, whatever order they came in`() throws {
        let groups = [Self.group("sg-2", "us-east-1"), Self.group("sg-1", "eu-west-1"), Self.group("sg-2", "us-east-1")]
        let policy = AWSPermissionsPolicy(groups: groups, assuming: [], accountID: "111111111111", partition: "aws-us-gov")
        #expect(policy == AWSPermissionsPolicy(groups: groups.reversed(), assuming: [], accountID: "111111111111", partition: "aws-us-gov"))
        let statements = try Self.statements(policy.json)
        #expect(
            statements[1]["Resource"] as? [String] == [
                "arn:aws-us-gov:ec2:eu-west-1:111111111111:security-group/sg-1",
                "arn:aws-us-gov:ec2:us-east-1:111111111111:security-group/sg-2",
            ])
        #expect(try Self.conditions(statements[0])["ec2:Region"] as? [String] == ["eu-west-1", "us-east-1"])
    }

    @Test func `an identity that only takes roles may do nothing else`() throws {
        let arns = ["arn:aws:iam::222222222222:role/b", "arn:aws:iam::222222222222:role/a"]
        let policy = AWSPermissionsPolicy(groups: [], assuming: arns, accountID: "111111111111", partition: "aws")
        let statements = try Self.statements(policy.json)
        #expect(statements.count == 1)
        #expect(statements[0]["Action"] as? String == "sts:AssumeRole")
        #expect(statements[0]["Resource"] as? [String] == arns.sorted())
    }

    @Test func `a token of a cluster gives the cluster's trust policy`() {
        let account = ClusterServiceAccount(project: "acme-prod", location: "europe-west1", cluster: "main", namespace: "net", name: "db")
        let claims = IdentityTokenClaims(
            issuer: account.issuer, audiences: ["sts.amazonaws.com"], authorizedParty: nil, subject: "system:serviceaccount:net:db")
        let policy = AWSTrustPolicy.token(claims, accountID: "123456789012", partition: "aws")
        #expect(policy == account.trustPolicy(accountID: "123456789012", partition: "aws"))
    }

    @Test(arguments: ["https://accounts.google.com", "accounts.google.com"])
    func `a token of Google gives Google's trust policy`(issuer: String) {
        let claims = IdentityTokenClaims(issuer: issuer, audiences: ["drawbridge"], authorizedParty: "4711", subject: "4711")
        #expect(
            AWSTrustPolicy.token(claims, accountID: "123456789012", partition: "aws")
                == .google(audiences: ["drawbridge"], uniqueID: "4711"))
    }

    @Test func `a token of Google without azp is pinned by its audience`() throws {
        let claims = IdentityTokenClaims(
            issuer: "https://accounts.google.com", audiences: ["x.apps.googleusercontent.com"], authorizedParty: nil, subject: "4711")
        let policy = try #require(AWSTrustPolicy.token(claims, accountID: "123456789012", partition: "aws"))
        let pinned = try Self.conditions(try #require(Self.statements(policy.json).first)) as? [String: String]
        #expect(
            pinned == ["accounts.google.com:aud": "x.apps.googleusercontent.com", "accounts.google.com:sub": "4711"])
    }

    @Test(arguments: [
        IdentityTokenClaims(issuer: "https://a.example", audiences: [], authorizedParty: nil, subject: "s"),
        IdentityTokenClaims(issuer: "https://a.example", audiences: ["a"], authorizedParty: nil, subject: ""),
        IdentityTokenClaims(issuer: "kubernetes/serviceaccount", audiences: ["a"], authorizedParty: nil, subject: "s"),
        IdentityTokenClaims(issuer: "https://", audiences: ["a"], authorizedParty: nil, subject: "s"),
        IdentityTokenClaims(issuer: "", audiences: ["a"], authorizedParty: nil, subject: "s"),
    ])
    func `a token that can't be pinned gives no trust policy`(claims: IdentityTokenClaims) {
        #expect(AWSTrustPolicy.token(claims, accountID: "123456789012", partition: "aws") == nil)
    }

    @Test func `what a token says is no policy variable, breaks out of no string and moves no cursor`() throws {
        let subject = "${aws:username}\",\"x\":\"${$}\u{1B}[2J\u{202E}${ACCOUNT_ID"
        let claims = IdentityTokenClaims(issuer: "https://a.example", audiences: ["a"], authorizedParty: nil, subject: subject)
        let json = try #require(AWSTrustPolicy.token(claims, accountID: "123456789012", partition: "aws")).json
        #expect(!json.unicodeScalars.contains { $0 != "\n" && Printable.isHidden($0) })
        let statement = try #require(try Self.statements(json).first)
        let pinned = try Self.conditions(statement)
        #expect(
            pinned["a.example:sub"] as? String
                == "${$}{aws:username}\",\"x\":\"${$}{$}\u{1B}[2J\u{202E}${$}{ACCOUNT_ID")
    }

    @Test func `a role without external ids asks for none`() throws {
        let statement = try #require(
            try Self.statements(AWSTrustPolicy.role(takenBy: "arn:aws:iam::1:role/a", externalIDs: []).json).first)
        #expect(statement["Condition"] == nil)
        #expect((statement["Principal"] as? [String: String]) == ["AWS": "arn:aws:iam::1:role/a"])
    }

    @Test func `two ways in are two statements`() throws {
        let google = AWSTrustPolicy.google(audiences: ["a"], uniqueID: "1")
        let role = AWSTrustPolicy.role(takenBy: "arn:aws:iam::1:role/a", externalIDs: ["e"])
        #expect(google.or(role).document.statements == google.document.statements + role.document.statements)
        #expect(try Self.statements(google.or(role).json).count == 2)
    }
}

import Model
import Reporting
import Testing

/// Each way in lets in whom it pins, and nobody who differs in one thing.
@Suite struct `The trust policies admit` {
    struct Stranger: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var token: IdentityTokenClaims

        init(_ what: String, _ token: IdentityTokenClaims, _ change: (inout IdentityTokenClaims) -> Void) {
            testDescription = what
            self.token = token
            change(&self.token)
        }
    }

    private static func cluster() throws -> [PolicyEvaluator] {
        let rendered = PolicyCases.pods.trustPolicy(accountID: PolicyCases.account, partition: "aws")
        let decoded = try #require(AWSTrustPolicy.token(PolicyCases.clusterToken, accountID: PolicyCases.account, partition: "aws"))
        return try [rendered.json, decoded.json, try `The shipped policies`.filled("aws-trust-gke-oidc")].map(PolicyEvaluator.init)
    }

    private static func google() throws -> [PolicyEvaluator] {
        let rendered = AWSTrustPolicy.google(audiences: PolicyCases.googleToken.audiences, uniqueID: PolicyCases.uniqueID)
        let decoded = try #require(AWSTrustPolicy.token(PolicyCases.googleToken, accountID: PolicyCases.account, partition: "aws"))
        return try [rendered.json, decoded.json, try `The shipped policies`.filled("aws-trust-google")].map(PolicyEvaluator.init)
    }

    @Test func `the pods' own token`() throws {
        for policy in try Self.cluster() { #expect(try policy.decide(PolicyCases.request(PolicyCases.clusterToken)) == .allowed) }
    }

    @Test(arguments: [
        Stranger("another audience", PolicyCases.clusterToken) { $0.audiences = ["https://kubernetes.default.svc"] },
        Stranger("no audience", PolicyCases.clusterToken) { $0.audiences = [] },
        Stranger("another service account", PolicyCases.clusterToken) { $0.subject = "system:serviceaccount:drawbridge:default" },
        Stranger("a longer name", PolicyCases.clusterToken) { $0.subject += "-2" },
        Stranger("another namespace", PolicyCases.clusterToken) { $0.subject = "system:serviceaccount:default:drawbridge" },
        Stranger("another case", PolicyCases.clusterToken) { $0.subject = "system:serviceaccount:Drawbridge:drawbridge" },
        Stranger("a pattern for a name", PolicyCases.clusterToken) { $0.subject = "system:serviceaccount:drawbridge:*" },
        Stranger("another cluster", PolicyCases.clusterToken) { $0.issuer = $0.issuer.replacing("clusters/main", with: "clusters/test") },
        Stranger("another project", PolicyCases.clusterToken) { $0.issuer = $0.issuer.replacing("acme-prod", with: "acme-test") },
        Stranger("a token of Google", PolicyCases.googleToken) { $0.audiences = ["sts.amazonaws.com"] },
    ])
    func `no other token of a cluster`(_ stranger: Stranger) throws {
        for policy in try Self.cluster() { #expect(try policy.decide(PolicyCases.request(stranger.token)) == .denied) }
    }

    @Test func `the Google service account's own token`() throws {
        for policy in try Self.google() { #expect(try policy.decide(PolicyCases.request(PolicyCases.googleToken)) == .allowed) }
    }

    @Test(arguments: [
        Stranger("another audience (oaud)", PolicyCases.googleToken) { $0.audiences = ["other.acme.example"] },
        Stranger("no audience", PolicyCases.googleToken) { $0.audiences = [] },
        Stranger("another presenter (aud)", PolicyCases.googleToken) { $0.authorizedParty = "200000000000000000002" },
        Stranger("no presenter", PolicyCases.googleToken) { $0.authorizedParty = nil },
        Stranger("another subject", PolicyCases.googleToken) { $0.subject = "200000000000000000002" },
        Stranger("another account that asked for the same audience", PolicyCases.googleToken) {
            $0.authorizedParty = "200000000000000000002"
            $0.subject = "200000000000000000002"
        },
        Stranger("a person signed in to an application of that number", PolicyCases.googleToken) {
            $0.authorizedParty = PolicyCases.uniqueID
            $0.subject = "300000000000000000003"
        },
        Stranger("another issuer", PolicyCases.googleToken) { $0.issuer = "https://accounts.google.com.example" },
        Stranger("a token of the cluster", PolicyCases.clusterToken) { _ in },
    ])
    func `no other token of Google`(_ stranger: Stranger) throws {
        for policy in try Self.google() { #expect(try policy.decide(PolicyCases.request(stranger.token)) == .denied) }
    }

    @Test(arguments: [
        ("sts:AssumeRole", PolicyCases.caller, ["orders-7f3a"], true), ("sts:AssumeRole", PolicyCases.caller, ["orders-7f3b"], false),
        ("sts:AssumeRole", PolicyCases.caller, [], false), ("sts:AssumeRole", PolicyCases.caller + "2", ["orders-7f3a"], false),
        ("sts:AssumeRole", "arn:aws:iam::210987654321:role/drawbridge", ["orders-7f3a"], false),
        ("sts:TagSession", PolicyCases.caller, ["orders-7f3a"], false),
    ])
    func `the calling role, with what it was told`(action: String, caller: String, externalID: [String], isAdmitted: Bool) throws {
        let rendered = AWSTrustPolicy.role(takenBy: PolicyCases.caller, externalIDs: ["orders-7f3a"]).json
        for policy in [rendered, try `The shipped policies`.filled("aws-trust-role")] {
            let request = PolicyEvaluator.Request(action: action, principal: .aws(caller), context: ["sts:ExternalId": externalID])
            #expect(try PolicyEvaluator(policy).decide(request) == (isAdmitted ? .allowed : .denied))
        }
    }

    @Test func `no token by another action`() throws {
        for policy in try Self.cluster() + Self.google() {
            for token in [PolicyCases.clusterToken, PolicyCases.googleToken] {
                for action in ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:TagSession"] {
                    #expect(try policy.decide(PolicyCases.request(token, action: action)) == .denied)
                }
            }
        }
    }
}

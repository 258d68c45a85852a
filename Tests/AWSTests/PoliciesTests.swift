import Foundation
import Peers
import Reporting
import Testing

@testable import AWS

/// The actions that the code calls, those that are rendered, and those of the files: the same, whichever is looked at from.
struct `The shipped policies` {
    static let names = ["aws-permissions", "aws-assume-role", "aws-doctor", "aws-trust-gke-oidc", "aws-trust-google", "aws-trust-role"]

    static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: Repository.file("policies/\(name).json")), as: UTF8.self)
    }

    /// A file with everything filled in.
    static func filled(_ name: String) throws -> String {
        try text(name).replacing("${ACCOUNT_ID}", with: PolicyCases.account).replacing("${REGION}", with: "eu-west-1")
            .replacing("${SECURITY_GROUP_ID}", with: "sg-0a1b2c3d4e5f60718").replacing("${PROJECT_ID}", with: "acme-prod")
            .replacing("${CLUSTER_LOCATION}", with: "europe-west1").replacing("${CLUSTER_NAME}", with: "main")
            .replacing("${NAMESPACE}", with: "drawbridge").replacing("${SERVICE_ACCOUNT_NAME}", with: "drawbridge")
            .replacing("${AUDIENCE}", with: "drawbridge.acme.example")
            .replacing("${GOOGLE_SERVICE_ACCOUNT_UNIQUE_ID}", with: PolicyCases.uniqueID)
            .replacing("${CALLER_ROLE_ARN}", with: PolicyCases.caller).replacing("${EXTERNAL_ID}", with: "orders-7f3a")
            .replacing("${ROLE_ARN}", with: "arn:aws:iam::210987654321:role/drawbridge")
    }

    private func actions(_ name: String) throws -> [String] {
        try Self.text(name).matches(of: /"((?:ec2|sts|rds|iam):[A-Za-z*]+)"/).map { String($0.output.1) }
            .filter { !["ec2:Region", "sts:ExternalId"].contains($0) }
    }

    @Test func `the permissions are the actions that the code calls, no more and no fewer`() throws {
        let called = EC2Operation.allCases.map { "ec2:\($0.rawValue)" }
        #expect(try actions("aws-permissions") == AWSPermissionsPolicy.reads + AWSPermissionsPolicy.writes)
        #expect(Set(AWSPermissionsPolicy.reads + AWSPermissionsPolicy.writes) == Set(called))
        #expect(called.count == AWSPermissionsPolicy.reads.count + AWSPermissionsPolicy.writes.count)
        #expect(Set(AWSPermissionsPolicy.writes) == Set(EC2Operation.allCases.filter(\.writes).map { "ec2:\($0.rawValue)" }))
    }

    @Test func `what is not needed for every policy stands in files of its own`() throws {
        #expect(try actions("aws-assume-role") == [AWSPermissionsPolicy.assumption])
        #expect(try actions("aws-doctor") == AWSPermissionsPolicy.diagnosis)
    }

    /// Files of permissions and of trust, and the operations that they are for.
    @Test func `each action of STS and RDS that can be called is in a file, and no file has another`() throws {
        let files = Self.names.filter { $0 != "aws-permissions" }
        let allowed = Set(try files.flatMap(actions))
        // Whoever has keys may ask whose they are. Source: STS API Reference, GetCallerIdentity.
        let called =
            STSOperation.allCases.filter { $0 != .getCallerIdentity }.map { "sts:\($0.rawValue)" }
            + RDSOperation.allCases.map { "rds:\($0.rawValue)" }
        #expect(allowed == Set(called))
        let assume = "sts:\(STSOperation.assumeRole.rawValue)"
        let web = "sts:\(STSOperation.assumeRoleWithWebIdentity.rawValue)"
        for (file, action) in [
            ("aws-assume-role", assume), ("aws-trust-role", assume), ("aws-trust-gke-oidc", web), ("aws-trust-google", web),
            ("aws-doctor", "rds:\(RDSOperation.describeDBInstances.rawValue)"),
        ] {
            #expect(try actions(file) == [action], "\(file)")
        }
    }

    @Test func `no statement allows by a pattern`() throws {
        for name in Self.names {
            #expect(try actions(name).allSatisfy { !$0.contains("*") })
            #expect(try !Self.text(name).contains("Not"), "\(name) has a NotAction, NotResource or NotPrincipal")
        }
    }

    @Test(arguments: names) func `each file can be judged once it is filled in`(name: String) throws {
        let text = try Self.filled(name)
        #expect(!text.contains("$"), "\(text)")
        _ = try PolicyEvaluator(text)
    }
}

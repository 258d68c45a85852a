import Foundation
import Peers
import Testing

@testable import AWS

struct `The shipped policies` {
    private struct Policy: Decodable {
        struct Statement: Decodable {
            var Effect: String
            var Action: [String]
            var Resource: String
        }
        var Statement: [Statement]
    }

    private struct Trust: Decodable {
        struct Statement: Decodable {
            var Effect: String
            var Principal: [String: String]
            var Action: String
            var Condition: [String: [String: String]]
        }
        var Statement: [Statement]
    }

    private func read<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(contentsOf: Repository.file("policies/\(name)")))
    }

    @Test func `the permissions are the actions that the code calls, no more and no fewer`() throws {
        let policy = try read(Policy.self, "aws-permissions.json")
        let actions = policy.Statement.flatMap(\.Action)
        #expect(Set(actions) == Set(EC2Operation.allCases.map { "ec2:\($0.rawValue)" }))
        #expect(actions.count == EC2Operation.allCases.count)
        #expect(policy.Statement.allSatisfy { $0.Effect == "Allow" })
    }

    @Test func `what writes is allowed on one group only`() throws {
        for statement in try read(Policy.self, "aws-permissions.json").Statement {
            let writes = statement.Action.contains { action in
                EC2Operation.allCases.contains { $0.writes && "ec2:\($0.rawValue)" == action }
            }
            #expect(
                statement.Resource == (writes ? "arn:aws:ec2:${REGION}:${ACCOUNT_ID}:security-group/${SECURITY_GROUP_ID}" : "*"))
        }
    }

    @Test(arguments: [
        ("aws-trust-gke-oidc.json", ["aud", "sub"]), ("aws-trust-google.json", ["aud", "oaud", "sub"]),
    ])
    func `a trust policy pins the token's audience and subject`(file: String, keys: [String]) throws {
        let statements = try read(Trust.self, file).Statement
        #expect(statements.count == 1)
        let statement = try #require(statements.first)
        #expect(statement.Action == "sts:AssumeRoleWithWebIdentity")
        #expect(statement.Condition.keys.sorted() == ["StringEquals"])
        let issuer = try #require(statement.Principal["Federated"]).split(separator: "oidc-provider/").last.map(String.init)
        #expect(statement.Condition["StringEquals"]?.keys.sorted() == keys.map { "\(issuer!):\($0)" }.sorted())
        #expect(statement.Condition["StringEquals"]?.values.allSatisfy { !$0.contains("*") && !$0.isEmpty } == true)
    }
}

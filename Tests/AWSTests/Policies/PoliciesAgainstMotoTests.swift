import Foundation
import Peers
import Testing

@testable import AWS

/// moto enforces which actions a policy allows; its ARNs and conditions it does not judge: `PermissionsScopeTests` does.
@Suite(.enabled(if: Python.executable != nil, "\(Python.isMissing)"))
struct `The shipped policies attached in moto` {
    private struct Answer: Decodable {
        var attempts: [String: [String: String]]
        var operations: [String: [String]]
    }

    private static let names = ["aws-permissions", "aws-assume-role", "aws-doctor"]

    @Test func `each lets its own actions pass, and refuses every other`() async throws {
        var documents: [String: Any] = [:]
        for name in Self.names {
            documents[name] = try JSONSerialization.jsonObject(with: Data(try `The shipped policies`.filled(name).utf8))
        }
        let run = try await PeerScript.run("policies_moto.py", [], input: JSONSerialization.data(withJSONObject: documents))
        try #require(run.status == 0, "\(run.errors)")
        let answer = try JSONDecoder().decode(Answer.self, from: run.output)
        for name in Self.names {
            let policy = try `The shipped policies`.text(name)
            let attempts = try #require(answer.attempts[name])
            #expect(attempts.count >= 19)
            for (action, outcome) in attempts {
                #expect(outcome == (policy.contains("\"\(action)\"") ? "allowed" : "AccessDenied"), "\(name): \(action)")
            }
            #expect(attempts.values.contains("allowed"))
        }
        try Self.judge(answer.operations)
    }

    /// Every operation that botocore knows of these services, by the evaluator.
    private static func judge(_ operations: [String: [String]]) throws {
        let actions = operations.flatMap { service, names in names.map { "\(service):\($0)" } }
        #expect(actions.count > 1000)
        for name in names {
            let policy = try PolicyEvaluator(`The shipped policies`.filled(name))
            let resources = [
                "*", "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0a1b2c3d4e5f60718", "arn:aws:rds:eu-west-1:123456789012:db:*",
                "arn:aws:iam::210987654321:role/drawbridge",
            ]
            let allowed = try actions.filter { action in
                try resources.contains { try policy.decide(PolicyCases.ec2(action, on: $0)) == .allowed }
            }
            let text = try `The shipped policies`.text(name)
            #expect(!allowed.isEmpty)
            #expect(Set(allowed) == Set(actions.filter { text.contains("\"\($0)\"") }))
        }
    }
}

import Foundation
import Model
import Sandbox
import Testing

/// `drawbridge plan` against the embedded clouds.
@Suite(.serialized) struct PlanCommandTests {
    private static let reads: Set<String> = [
        "addresses.list", "addresses.aggregatedList", "addresses.get", "instances.get", "DescribeSecurityGroups",
        "DescribeSecurityGroupRules",
        "computeMetadata",
    ]

    @Test func `a plan in three formats says what is due, and writes nothing anywhere`() async throws {
        try await SandboxHarness.run { harness in
            let before = harness.world
            let text = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(text.status == 0, "\(text)")
            #expect(text.output.contains("5 to authorize, 3 to revoke") && text.output.contains("192.0.2.201/32"), "\(text)")
            #expect(!text.output.contains("\u{1B}"))

            let json = try await harness.drawbridge("plan", "--policy", harness.policy, "--format", "json", "--detailed-exitcode")
            #expect(json.status == 2, "\(json)")
            let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            let policies = try #require(document["policies"] as? [[String: Any]])
            #expect(policies.count == 1 && policies[0]["pending"] as? Bool == true)
            let again = try await harness.drawbridge("plan", "--policy", harness.policy, "--format", "json")
            #expect(again.output == json.output, "the same world must give the same bytes")

            let markdown = try await harness.drawbridge("plan", "--policy", harness.policy, "--format", "markdown")
            #expect(markdown.status == 0 && markdown.output.hasPrefix("#"), "\(markdown)")

            let after = harness.world
            #expect(after.kubernetes.resourceVersion == before.kubernetes.resourceVersion)
            #expect(after.externalIPs == before.externalIPs && after.inbound(harness.scenario) == before.inbound(harness.scenario))
            #expect(after.compute.addresses == before.compute.addresses && after.compute.operations.isEmpty && after.writes == 0)
            let called = Set(after.calls.counts.keys.filter { $0.api == .compute || $0.api == .ec2 }.map(\.operation))
            #expect(called.isSubset(of: Self.reads), "\(called)")
        }
    }

    @Test func `a converged world has no changes pending`() async throws {
        try await SandboxHarness.run { harness in
            let applied = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes")
            #expect(applied.status == 0, "\(applied)")
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy, "--detailed-exitcode")
            #expect(plan.status == 0 && plan.output.contains("nothing to change"), "\(plan)")
        }
    }

    @Test func `what can't be read makes the plan end with 1, and is named`() async throws {
        try await SandboxHarness.run { harness in
            let closed = try await harness.drawbridge(
                "plan", "--policy", harness.policy, "--detailed-exitcode", adding: ["AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9"])
            #expect(closed.status == 1 && closed.output.contains("127.0.0.1:9"), "\(closed)")

            let keys = harness.scenario.accessKeyID
            harness.box.step { world, _ in world.aws.credentials[keys]?.denied = ["ec2:DescribeSecurityGroupRules"] }
            let denied = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(denied.status == 1 && denied.output.contains("UnauthorizedOperation"), "\(denied)")

            harness.box.step { world, _ in
                world.aws.credentials[keys]?.denied = []
                world.kubernetes.authority.denials = [KubernetesAuthority.Denial(verb: "list", resource: "nodes")]
            }
            let nodes = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(nodes.status == 1 && nodes.output.contains("orbidden"), "\(nodes)")
        }
    }
}

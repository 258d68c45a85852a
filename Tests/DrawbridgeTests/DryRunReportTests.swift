import Foundation
import Model
import Sandbox
import Testing

/// The report that `run --dry-run` keeps in the cluster.
@Suite(.serialized) struct DryRunReportTests {
    private func report(_ world: World, _ key: String) -> String? {
        let name = KubernetesObjectKey(namespace: "default", name: "drawbridge-report")
        return world.kubernetes.object(.configmaps, name)?[path: ["data", key]]?.string
    }

    @Test func `is what plan prints, and follows the world`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--dry-run", "--interval", "1s")
            try await harness.eventually("the report is in the cluster", of: controller) { report($0, "report.txt") != nil }
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(report(harness.world, "report.txt") == plan.output)
            let json = try await harness.drawbridge("plan", "--policy", harness.policy, "--format", "json")
            #expect(report(harness.world, "report.json") == json.output)
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            try await harness.eventually("the report shows the new address", of: controller) {
                report($0, "report.md")?.contains("egress-late") ?? false
            }
            #expect(harness.world.writes == 0)
        }
    }
}

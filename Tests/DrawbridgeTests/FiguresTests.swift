import Foundation
import Model
import Sandbox
import Testing

/// What is promised in numbers. Counts are asserted; times and memory are printed, since they are the machine's as well.
@Suite(.serialized) struct FiguresTests {
    private func counts(_ world: World) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: world.calls.counts.filter { $0.key.api == .ec2 }.map { ($0.key.operation, $0.value) })
    }

    @Test func `a change of three hundred rules costs five EC2 calls`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 1
            scenario.addresses = 150
            scenario.admitted = 0
            scenario.stale = 40
            scenario.ruleQuota = 1000
        } _: { harness in
            try harness.editPolicy {
                $0.replacingOccurrences(of: "ports: [{protocol: tcp, port: 5432}]", with: "ports: [{protocol: tcp, port: 5432}, {protocol: tcp, port: 6432}]")
                    + "  safety: {maxRevocations: 1000}\n"
            }
            let controller = try harness.controller("--interval", "10m")
            try await harness.closes(of: controller)
            let world = harness.world
            let second = world.inbound(harness.scenario).filter { $0.traffic.fromPort == 6432 }
            #expect(second.count == 150)
            let calls = world.calls.recent.filter { $0.api == .ec2 }.map(\.operation)
            #expect(
                calls == [
                    "DescribeSecurityGroupRules", "AuthorizeSecurityGroupIngress", "DescribeSecurityGroupRules", "RevokeSecurityGroupIngress",
                    "DescribeSecurityGroupRules",
                ], "\(calls)")
        }
    }

    @Test func `steady state costs one describe a group and resync, and no write`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            // Up to the end of what the last swap calls for.
            let settled = harness.world.calls.count(.ec2, "DescribeSecurityGroupRules")
            try await harness.eventually("one more resync", of: controller) { $0.calls.count(.ec2, "DescribeSecurityGroupRules") > settled }
            let before = harness.world
            let start = ContinuousClock.now
            let target = before.calls.count(.ec2, "DescribeSecurityGroupRules") + 4
            try await harness.eventually("four more resyncs", of: controller) { $0.calls.count(.ec2, "DescribeSecurityGroupRules") >= target }
            let (after, passed) = (harness.world, ContinuousClock.now - start)
            #expect(passed > .seconds(3), "four resyncs a second apart")
            var difference = counts(after).merging(counts(before)) { $0 - $1 }.filter { $0.value != 0 }
            #expect(difference.removeValue(forKey: "DescribeSecurityGroupRules") == 4)
            #expect(difference.isEmpty, "\(difference)")
            #expect(after.calls.count(.compute) - before.calls.count(.compute) <= 6, "one list a resync")
            #expect(after.detaches == before.detaches)
        }
    }

    @Test(arguments: [1, 100])
    func `from a node's appearance to bound`(_ count: Int) async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 0
            scenario.addresses = count + 5
            scenario.ruleQuota = 1000
            scenario.compute.deleteAccessConfig = .seconds(2)
            scenario.compute.addAccessConfig = .seconds(2)
        } prepare: { world, _, _ in
            world.settings.nodeJoinDelay = .zero
        } _: { harness in
            let scenario = harness.scenario
            try harness.editPolicy { $0.replacingOccurrences(of: "nodePools: [egress]", with: "nodePools: [egress]\n    maxConcurrentSwaps: 100") }
            let controller = try harness.controller()
            try await harness.closes(of: controller)
            let appeared = harness.box.step { world, now in
                for number in 0..<count {
                    world.addNode(scenario.nodePlan("gke-prod-egress-\(1000 + number)", zone: scenario.zones[number % 3]), now: now)
                }
                return now
            }
            try await harness.closes(within: .seconds(40), of: controller)
            let world = harness.world
            let operations = world.compute.operations.values
            let bound = try #require(operations.filter { $0.type == "addAccessConfig" }.map(\.dueAt).max())
            let detached = operations.filter { $0.type == "deleteAccessConfig" }.map(\.insertedAt)
            let attached = operations.filter { $0.type == "addAccessConfig" }.map(\.insertedAt)
            let sum = Duration.seconds(4)
            func ratio(_ time: Timestamp) -> String { String(format: "%.3f", (time - appeared) / sum) }
            let untainted = world.kubernetes.history.last { $0.resource == .nodes }
            print(
                "\(count) node(s): bound after \(bound - appeared) (ratio \(ratio(bound))); detaches begun \((detached.min() ?? appeared) - appeared) … "
                    + "\((detached.max() ?? appeared) - appeared), attaches begun \((attached.min() ?? appeared) - appeared) … \((attached.max() ?? appeared) - appeared); "
                    + "taints off and claims gone after \(world.calls.recent.isEmpty || untainted == nil ? "?" : "\(harness.box.now - appeared)") (ratio \(ratio(harness.box.now)))"
            )
            #expect(world.detaches == count && world.calls.count(.compute, "instances.addAccessConfig") == count)
            guard count == 100, let busy = controller.residentMiB else { return }
            // Some time after its start the controller gives back what only the start needed. Printed, whatever comes of it: pages of files depend on the machine.
            try? await poll(within: .seconds(12), every: .milliseconds(100)) { (controller.residentMiB ?? 0) < busy * 0.9 ? nil : "" }
            print(String(format: "resident memory of `run` with 100 nodes: %.1f MiB after the swaps, %.1f MiB then", busy, controller.residentMiB ?? 0))
        }
    }
}

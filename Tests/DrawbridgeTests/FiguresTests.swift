import Foundation
import Model
import Sandbox
import Testing

/// What is promised in numbers. Counts and memory are asserted; times are printed, since they are the machine's as well.
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
                $0.replacingOccurrences(
                    of: "ports: [{protocol: tcp, port: 5432}]", with: "ports: [{protocol: tcp, port: 5432}, {protocol: tcp, port: 6432}]")
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
                    "DescribeSecurityGroupRules", "AuthorizeSecurityGroupIngress", "DescribeSecurityGroupRules",
                    "RevokeSecurityGroupIngress",
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
            try await harness.eventually("four more resyncs", of: controller) {
                $0.calls.count(.ec2, "DescribeSecurityGroupRules") >= target
            }
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
            try harness.editPolicy {
                $0.replacingOccurrences(of: "nodePools: [egress]", with: "nodePools: [egress]\n    maxConcurrentSwaps: 100")
            }
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
        }
    }

    /// From the end of the pass after the swaps on, over whole resyncs and what follows them: the kernel's own record of the peak, and
    /// samples some 10 ms apart.
    ///
    /// `make figures` asks it of the release build, which is what is promised for; there everything is read again as often as by default.
    /// A debug build's own code and data are several times as large, and its Swift libraries are whole: it is held to a bound that shows
    /// when something that grows with the nodes is kept.
    // A sanitizer's shadow is memory of its own; `make test-asan` and `make test-tsan` set these.
    @Test(
        .enabled(
            if: ["ASAN_OPTIONS", "TSAN_OPTIONS"].allSatisfy { ProcessInfo.processInfo.environment[$0] == nil },
            "memory is not measured under a sanitizer"))
    func `with a hundred nodes resident memory stays below its limit in steady state, resyncs included`() async throws {
        let isRelease = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_EXECUTABLE"] != nil
        let (limit, interval, resyncs) = isRelease ? (32.0, "30s", 2) : (64.0, "2s", 3)
        try await SandboxHarness.run { scenario in
            scenario.nodes = 100
            scenario.nodeImages = 50
            scenario.addresses = 102
            scenario.ruleQuota = 1000
        } _: { harness in
            try harness.editPolicy {
                $0.replacingOccurrences(of: "nodePools: [egress]", with: "nodePools: [egress]\n    maxConcurrentSwaps: 100")
            }
            let controller = try harness.controller("--interval", interval, "--listen", "127.0.0.1:0")
            try await harness.closes(within: .seconds(60), of: controller)
            func readings() -> Int { harness.world.calls.count(.ec2, "DescribeSecurityGroupRules") }
            func wait(until isOver: () throws -> Bool) async throws {
                try await poll(within: .seconds(120), every: .milliseconds(10)) { try isOver() ? nil : "no resync\n\(controller.errors)" }
            }
            // The resync after the swaps, and what is given back a second after it.
            let swapped = readings()
            try await wait { readings() > swapped }
            let settled = ContinuousClock.now + .milliseconds(1500)
            try await wait { ContinuousClock.now > settled }
            let recorded = controller.forgetPeak()
            var samples: [Double] = []
            let target = readings() + resyncs
            var end: ContinuousClock.Instant?
            try await wait {
                samples.append(try #require(controller.residentMiB))
                if end == nil, readings() >= target { end = .now + .milliseconds(1500) }
                return end.map { ContinuousClock.now > $0 } ?? false
            }
            let peak = max(samples.max() ?? .infinity, recorded ? try #require(controller.peakMiB) : 0)
            print(
                String(
                    format: "resident memory of `run` with 100 nodes over \(resyncs) resyncs: %.1f to %.1f MiB", samples.min() ?? 0, peak))
            #expect(peak < limit, "at most \(limit) MiB, \(samples.count) samples")
        }
    }
}

extension Launched {
    /// The highest that its resident memory was. Source: proc_pid_status(5).
    fileprivate var peakMiB: Double? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }

    /// Makes the kernel's record of the highest resident memory, `VmHWM`, begin anew; false where it can't. Source: proc_pid_clear_refs(5).
    fileprivate func forgetPeak() -> Bool {
        guard let file = FileHandle(forWritingAtPath: "/proc/\(pid)/clear_refs") else { return false }
        defer { try? file.close() }
        return (try? file.write(contentsOf: Data("5".utf8))) != nil
    }
}

import Foundation
import Model
import Sandbox
import Testing

/// `drawbridge apply`: one pass to convergence, approvals, and what it leaves to a running controller.
@Suite(.serialized) struct ApplyCommandTests {
    @Test func `without a terminal and without --yes nothing is begun`() async throws {
        try await SandboxHarness.run { harness in
            let ended = try await harness.drawbridge("apply", "--policy", harness.policy)
            #expect(ended.status == 64 && ended.errors.contains("--yes"), "\(ended)")
            #expect(harness.world.calls.counts.isEmpty)
        }
    }

    @Test func `with --yes it converges, reads back, and gives the lease up`() async throws {
        try await SandboxHarness.run { harness in
            let ended = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes")
            #expect(ended.status == 0 && ended.output.contains("Converged, as read back."), "\(ended)")
            let world = harness.world
            #expect(world.openMatters(harness.scenario).isEmpty)
            #expect(world.leaseHolder() == "")
            let again = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes")
            #expect(again.status == 0, "\(again)")
            #expect(harness.world.writes == world.writes, "a converged world is left alone")
        }
    }

    @Test func `--whitelist-only leaves the nodes alone`() async throws {
        try await SandboxHarness.run { harness in
            let before = harness.world.externalIPs
            let ended = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes", "--whitelist-only")
            #expect(ended.status == 0, "\(ended)")
            let world = harness.world
            #expect(world.ruleMatters(harness.scenario).isEmpty)
            #expect(world.externalIPs == before && world.detaches == 0)
            #expect(world.pool(harness.scenario.pool).allSatisfy { world.claim($0.reference.name) == nil })
        }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `stopped between a detach and its attach, it finishes first`(signal: Int32) async throws {
        try await SandboxHarness.run { scenario in
            scenario.compute.deleteAccessConfig = .milliseconds(300)
            scenario.compute.addAccessConfig = .milliseconds(300)
        } _: { harness in
            let apply = try harness.launch(["apply", "--policy", harness.policy, "--yes"])
            try await harness.eventually("a node is without an address", of: apply) { world in
                world.pool(harness.scenario.pool).contains { $0.externalIP == nil }
            }
            apply.send(signal)
            let ended = try await apply.ended()
            #expect(ended.status == 1 && !ended.bySignal && ended.output.contains("Not converged: stopped by"), "\(ended)")
            let world = harness.world
            #expect(world.pool(harness.scenario.pool).allSatisfy { $0.externalIP != nil && world.claim($0.reference.name) == nil })
            #expect(world.leaseHolder() == "")
        }
    }

    @Test func `a denied call ends with 1 before time is up, and says what was denied`() async throws {
        try await SandboxHarness.run { harness in
            let key = harness.scenario.accessKeyID
            harness.box.step { world, _ in world.aws.credentials[key]?.denied = ["ec2:AuthorizeSecurityGroupIngress"] }
            let ended = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes", "--whitelist-only", within: .seconds(60))
            #expect(ended.status == 1, "\(ended)")
            #expect(ended.output.contains("Not converged.") && ended.output.contains("ec2:AuthorizeSecurityGroupIngress"), "\(ended)")
            #expect(harness.world.calls.count(.ec2, "AuthorizeSecurityGroupIngress") <= 4, "ever more slowly")
        }
    }

    /// Fifty addresses at work, all of them replaced by others at once. The old ones are relabelled, not released: no one else can hold
    /// them, so nothing is urgent.
    private func replaceFifty(_ harness: SandboxHarness) {
        harness.box.step { world, now in
            for address in world.reserved(harness.scenario) { world.compute.relabel(address.reference, ["team": "elsewhere"]) }
            for number in 1...50 { world.reserveAddress("egress-new-\(number)", in: harness.scenario, now: now) }
        }
    }

    private func shape(_ scenario: inout SandboxScenario) {
        scenario.nodes = 3
        scenario.addresses = 50
        scenario.admitted = 50
        scenario.stale = 0
        scenario.foreign = 0
        scenario.ruleQuota = 200
    }

    private func digest(_ text: String) throws -> String {
        // The last one: what is held once all else is done.
        try #require(text.matches(of: #/--approve ([0-9a-f]{12})/#).last.map { String($0.output.1) }, "\(text)")
    }

    @Test func `fifty addresses replaced at once trip the brake, and the digest as reported frees it`() async throws {
        try await SandboxHarness.run(shape) { harness in
            let first = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes")
            #expect(first.status == 0, "\(first)")
            replaceFifty(harness)
            let held = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes")
            #expect(held.status == 3 && held.output.contains("held"), "\(held)")
            let world = harness.world
            #expect(world.revokes == 0, "nothing is revoked before the approval")
            #expect(
                world.reserved(harness.scenario).allSatisfy { world.admits($0.ip, harness.scenario) },
                "what is new is admitted all the same")
            #expect(world.nodeMatters(harness.scenario).isEmpty, "and the nodes are on it: \(world.nodeMatters(harness.scenario))")

            let wrong = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes", "--approve", "0123456789ab")
            #expect(wrong.status == 1 && wrong.errors.contains("0123456789ab"), "\(wrong)")
            #expect(harness.world.revokes == 0)

            let approved = try await harness.drawbridge("apply", "--policy", harness.policy, "--yes", "--approve", try digest(held.output))
            #expect(approved.status == 0, "\(approved)")
            #expect(harness.world.openMatters(harness.scenario).isEmpty)
            #expect(harness.world.revokes == 1)
        }
    }

    @Test func `while a controller runs, an approval is handed over by the lease, and its outcome is waited for`() async throws {
        try await SandboxHarness.run(shape) { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            replaceFifty(harness)
            let line = try await controller.says("HeldForApproval")
            // The plan's digest holds for what is held once the nodes have moved.
            try await poll(within: .seconds(20)) {
                harness.box.step { world, _ in world.nodeMatters(harness.scenario).first }
            }
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy)
            let approved = try await harness.drawbridge(
                "apply", "--policy", harness.policy, "--yes", "--approve", try digest(plan.output), within: .seconds(30))
            #expect(approved.status == 0, "\(line)\n\(approved)\n\(controller.errors)")
            #expect(harness.world.openMatters(harness.scenario).isEmpty)
            #expect(harness.world.leaseHolder() == "drawbridge-0", "the controller leads on")
        }
    }
}

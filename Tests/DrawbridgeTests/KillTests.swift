import Foundation
import Model
import Sandbox
import Testing

/// Killed with SIGKILL at any moment and started again, the loop still closes.
@Suite(.serialized) struct KillTests {
    /// What has happened in the world so far: calls of the clouds, and changes of Kubernetes objects.
    private static func events(_ world: World) -> Int {
        world.calls.count(.compute) + world.calls.count(.ec2) + world.calls.count(.metadata) + world.kubernetes.resourceVersion
    }

    /// Gives a loop that has closed something to do again.
    private static func disturb(_ harness: SandboxHarness, round: Int) {
        harness.box.step { world, now in
            let pool = world.pool(harness.scenario.pool)
            if !pool.isEmpty {
                let node = pool[round % pool.count]
                if round % 3 == 2 {
                    world.preempt(node.reference.name, replacementAfter: .milliseconds(20), now: now)
                } else {
                    world.compute.replaceWithEphemeral(node.reference)
                }
            }
            let traffic = Traffic(protocol: .tcp, fromPort: harness.scenario.port, toPort: harness.scenario.port)
            let stranger = EC2Rule(traffic: traffic, source: .cidr(CIDR(IPAddress(family: .v4, bits: 0xC000_0280 + UInt128(round)))))
            world.ec2.setInbound(world.inbound(harness.scenario) + [stranger], of: harness.scenario.group, now: now)
        }
    }

    @Test func `thirty kills, each one event later than the last, and still it closes`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 4
            scenario.addresses = 6
            scenario.compute.deleteAccessConfig = .milliseconds(80)
            scenario.compute.addAccessConfig = .milliseconds(80)
        } prepare: { world, _, _ in
            world.settings.nodeJoinDelay = .milliseconds(20)
            world.settings.nodeAddressLag = .milliseconds(50)
        } _: { harness in
            try harness.editPolicy { $0.replacingOccurrences(of: "nodePools: [egress]", with: "nodePools: [egress]\n    maxConcurrentSwaps: 2") }
            let scenario = harness.scenario
            let untouched = harness.world.externalIPs
            var without: Set<String> = []
            let violations = try await harness.watching { $0.violations(scenario, untouched: untouched) } during: {
                for round in 0..<30 {
                    let before = Self.events(harness.world)
                    let controller = try harness.controller()
                    // Node events and what the world does by itself count too: the moments differ from run to run, and cover every phase.
                    try await poll(within: .seconds(20), every: .milliseconds(1)) {
                        harness.box.step { world, _ in Self.events(world) - before > round + 1 || world.openMatters(scenario).isEmpty } ? nil : "round \(round)\n\(controller.errors)"
                    }
                    await controller.end()
                    for instance in harness.world.pool(scenario.pool) where instance.externalIP == nil { without.insert("\(round)") }
                    if round % 2 == 1 { Self.disturb(harness, round: round) }
                }
                let last = try harness.controller()
                try await harness.eventually("the pool is whole", of: last) { $0.pool(scenario.pool).count == scenario.nodes }
                try await harness.closes(within: .seconds(60), of: last)
            }
            #expect(violations.isEmpty, "\(violations)")
            print("SIGKILL: 30 kills; in \(without.count) of them a node was just between detach and attach")
        }
    }

    /// A moment of a swap, or of a group's work, as the world shows it.
    enum Moment: String, CaseIterable, Sendable {
        case claimed, detaching, detached, attaching, attached, authorized, revoked

        func isNow(_ world: World, _ scenario: SandboxScenario, since before: World) -> Bool {
            let pool = world.pool(scenario.pool)
            let running = world.compute.operations.values.filter { !$0.isDone }.map(\.type)
            let claimed = pool.filter { world.claim($0.reference.name) != nil }
            switch self {
            case .claimed: return !claimed.isEmpty
            case .detaching: return running.contains("deleteAccessConfig")
            case .detached: return pool.contains { $0.externalIP == nil }
            case .attaching: return running.contains("addAccessConfig")
            case .attached: return claimed.contains { node in world.reserved(scenario).contains { $0.ip == node.externalIP } }
            case .authorized: return world.calls.count(.ec2, "AuthorizeSecurityGroupIngress") > before.calls.count(.ec2, "AuthorizeSecurityGroupIngress")
            case .revoked: return world.revokes > before.revokes
            }
        }
    }

    /// One address more, one fewer that nobody has claimed, and the bound nodes are on ephemeral addresses again.
    private func disturb(_ harness: SandboxHarness, round: Int) {
        let scenario = harness.scenario
        harness.box.step { world, now in
            let claims = world.pool(scenario.pool).compactMap { world.claim($0.reference.name) }
            let free = world.reserved(scenario).last { address in
                address.users.isEmpty && !claims.contains { $0.contains(address.ip.description) }
            }
            world.reserveAddress("egress-late-\(round)", in: scenario, now: now)
            if let free { world.releaseAddress(free.reference.name, in: scenario, now: now) }
            for node in world.pool(scenario.pool) where node.externalIP != nil && world.claim(node.reference.name) == nil {
                world.compute.replaceWithEphemeral(node.reference)
            }
        }
    }

    @Test(arguments: Moment.allCases)
    func `killed three times at one and the same moment, its successor ends what was begun`(_ moment: Moment) async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 3
            scenario.addresses = 5
            scenario.compute.deleteAccessConfig = .milliseconds(60)
            scenario.compute.addAccessConfig = .milliseconds(60)
        } _: { harness in
            let scenario = harness.scenario
            let untouched = harness.world.externalIPs
            let violations = try await harness.watching { $0.violations(scenario, untouched: untouched) } during: {
                for round in 0..<3 {
                    let before = harness.world
                    let controller = try harness.controller()
                    try await poll(within: .seconds(20), every: .milliseconds(1)) {
                        harness.box.step { world, _ in moment.isNow(world, scenario, since: before) || world.openMatters(scenario).isEmpty }
                            ? nil : "never \(moment)\n\(controller.errors)"
                    }
                    await controller.end()
                    disturb(harness, round: round)
                }
                let last = try harness.controller()
                try await harness.closes(within: .seconds(30), of: last)
            }
            #expect(violations.isEmpty, "\(violations)")
        }
    }
}

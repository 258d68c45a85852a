import Alerting
import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// Whole runs in which calls are refused, hang, or show what is old.
@Suite struct ClosedLoopTroubleTests {
    private let group = Fixture.group

    @Test func `an account that may not put addresses on takes none off, and the rules are kept all the same`() {
        let run = Simulation(nodes: 1...5, addresses: Array(1...6))
        run.missingPermissions = ["compute.instances.addAccessConfig"]
        run.start()
        run.run(for: .seconds(600))
        #expect((1...5).map(run.ip) == (1...5).map { Fixture.ephemeralIP($0) })
        #expect(!run.calls.contains { if case .detach = $0.call { true } else { false } })
        #expect(run.world.nodes.values.allSatisfy { $0.claim == nil })
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.notices.contains { $0.kind == .swapFailed && $0.message.contains("lacks compute.instances.addAccessConfig") })
        run.missingPermissions = []
        run.run(for: .seconds(600))
        #expect(run.bound.count == 5)
    }

    @Test func `a refused attach is loud, and takes no other serving node off the net`() {
        let run = Simulation(nodes: 1...4, addresses: [1, 2, 3, 4], rules: (1...4).map { Fixture.ownRule($0) })
        for name in run.world.nodes.keys { run.world.nodes[name]?.taints = [] }
        run.fault = { _, call in if case .attach = call { .fail(.denied) } else { .none } }
        run.start()
        run.run(for: .seconds(120))
        #expect((1...4).filter { run.ip($0) == nil }.count == 1)
        let alarms = run.fired(.nodeWithoutAddress)
        #expect(alarms.count == 1)
        #expect(alarms.first?.severity == .critical)
        run.fault = { _, _ in .none }
        run.run(for: .seconds(900))
        #expect(run.bound.count == 4)
        #expect(run.world.violations == [])
    }

    @Test func `a stuck operation holds up its own node only`() {
        let run = Simulation(nodes: 1...5, addresses: Array(1...6))
        run.fault = { _, call in call == .detach("node-2") ? .hang : .none }
        run.start()
        run.run(for: .seconds(20))
        #expect(run.bound == ["node-1", "node-3", "node-4", "node-5"])
        run.addNode(6)
        run.send(.wake)
        run.run(for: .seconds(5))
        #expect(run.bound.contains("node-6"))
    }

    @Test func `for an hour after its last good reading an AWS outage does not stop binding, and then it does`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2, 3])
        run.start()
        run.run(for: .seconds(60))
        run.fault = { _, call in if case .describe = call { .fail(.unavailable) } else { .none } }
        run.run(for: .seconds(600))
        run.addNode(2)
        run.send(.wake)
        run.run(for: .seconds(10))
        #expect(run.bound == ["node-1", "node-2"])
        run.run(for: .seconds(3600))
        run.addNode(3)
        for _ in 1...20 {
            run.send(.wake)
            run.run(for: .seconds(7))
        }
        #expect(run.bound == ["node-1", "node-2"])
        run.fault = { _, _ in .none }
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1", "node-2", "node-3"])
    }

    @Test func `a group that does not answer delays binding by its reading's limit, not for ever`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(60))
        run.fault = { _, call in if case .describe = call { .hang } else { .none } }
        run.run(for: .seconds(40))
        run.addNode(2)
        run.send(.wake)
        run.run(for: .seconds(15))
        #expect(run.bound == ["node-1", "node-2"])
    }

    @Test(arguments: [APIError.denied, .unavailable, .lost]) func `a group that refuses its authorize is asked again ever more slowly`(
        error: APIError
    ) {
        let run = Simulation(nodes: 1...1, addresses: [1])
        run.fault = { _, call in if case .authorize = call { .fail(error) } else { .none } }
        run.start()
        run.run(for: .seconds(600))
        let count = run.calls.filter { if case .authorize = $0.call { true } else { false } }.count
        #expect(count > 3 && count < 40, "\(count) calls")
        #expect(run.bound == [])
        run.fault = { _, _ in .none }
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1"])
    }

    @Test func `a taint that can't be taken off is tried again ever more slowly`() {
        let run = Simulation(nodes: 1...1, addresses: [1])
        run.fault = { _, call in if case .removeTaint = call { .fail(.denied) } else { .none } }
        run.start()
        run.run(for: .seconds(600))
        let count = run.calls.filter { $0.call == .removeTaint("node-1") }.count
        #expect(count > 3 && count < 40, "\(count) calls")
        #expect(run.calls.count < 400, "\(run.calls.count) calls")
    }

    @Test func `the read-back is repeated until EC2 shows the write`() {
        let run = Simulation(nodes: 1...2, addresses: [1, 2], rules: [Fixture.rule("sgr-old", "192.0.2.7/32")])
        run.describeLag = .seconds(3)
        run.start()
        run.run(for: .seconds(120))
        #expect(run.world.violations == [])
        #expect(run.bound == ["node-1", "node-2"])
        #expect(run.world.admitted() == run.reservedBlocks)
    }

    @Test func `with two groups a node is bound once both admit, and one group's outage stops the other's work not`() {
        let second = SecurityGroupReference(id: "sg-0fedcba9876543210", region: "us-east-1")
        let run = Simulation(
            Fixture.policy(groups: [group, second]), nodes: 1...1, addresses: [1], rules: [Fixture.rule("sgr-x", "192.0.2.1/32")])
        run.fault = { _, call in if case .describe(second) = call { .hang } else { .none } }
        run.start()
        run.run(for: .seconds(60))
        #expect(run.bound == [])
        #expect(run.world.admitted() == run.reservedBlocks)
        run.fault = { _, _ in .none }
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1"])
        #expect(run.world.admitted(second) == run.reservedBlocks)
        #expect(run.world.violations == [])
    }

    @Test func `what was revoked just before an outage does not count as admitted by the last good reading`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(55))
        run.world.addresses[Fixture.address(2).reference]?.labels = [:]
        run.fault = { [unowned run] _, call in
            let isRevoked = run.world.admitted().count == 1
            return if case .describe = call, isRevoked { .fail(.unavailable) } else { .none }
        }
        run.run(for: .seconds(20))
        #expect(run.world.admitted() == ["203.0.113.1/32"])
        #expect(run.reports.last?.isSettled == false, "what was not read back is not settled")
        run.world.addresses[Fixture.address(2).reference]?.labels = ["drawbridge": "orders-db"]
        run.addNode(2)
        run.send(.wake)
        run.run(for: .seconds(200))
        #expect(run.bound == ["node-1"])
        #expect(run.world.violations == [])
        run.fault = { _, _ in .none }
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1", "node-2"])
    }
}

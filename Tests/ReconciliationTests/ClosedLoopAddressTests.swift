import Alerting
import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// Whole runs in which Addresses leave the reserved set, come back to it, or were never in it.
@Suite struct ClosedLoopAddressTests {
    private let group = Fixture.group

    @Test func `an address released in mid-run is revoked at the next resync, once three readings agree`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2, 3])
        run.start()
        run.run(for: .seconds(60))
        run.world.addresses[Fixture.address(3).reference] = nil
        run.run(for: .seconds(35))
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.calls.contains { $0.call == .projectAddresses })
        #expect(run.calls.contains { $0.call == .address("egress-3") })
    }

    @Test func `an address released and reserved again under its name is admitted anew before the old one goes`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(55))
        var again = Fixture.address(2, id: "7777")
        again.ip = Fixture.reservedIP(99)
        run.world.addresses[again.reference] = again
        let before = run.calls.count
        run.run(for: .seconds(35))
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(
            run.groupCalls(since: before).prefix(5) == [
                .describe(group), .authorize(group, 1), .describe(group), .revoke(group, 1), .describe(group),
            ])
    }

    @Test func `a node whose address lost its label is moved first, then the address is revoked`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(60))
        #expect(run.ip(1) == Fixture.reservedIP(1))
        run.world.addresses[Fixture.address(1).reference]?.labels = [:]
        run.run(for: .seconds(100))
        #expect(run.ip(1) == Fixture.reservedIP(2))
        #expect(run.world.admitted() == ["203.0.113.2/32"])
        #expect(run.world.violations == [])
    }

    @Test func `a node on a static address that was never reserved keeps it, and is reported, until that Address is labelled`() {
        let run = Simulation(nodes: 1...2, addresses: [1, 2])
        let legacy = Fixture.address(50, labels: [:])
        run.world.addresses[legacy.reference] = legacy
        run.world.instances[Fixture.instanceReference(1)] = Fixture.instance(1, natIP: legacy.ip)
        run.start()
        run.run(for: .seconds(300))
        #expect(run.bound == ["node-2"])
        #expect(run.ip(1) == legacy.ip)
        #expect(!run.calls.contains { $0.call == .detach("node-1") || $0.call == .claim("node-1") })
        #expect(run.fired(.nodeUnassigned).contains { $0.identity.subject == "node-1" && $0.summary.contains("egress-50") })
        run.world.addresses[legacy.reference]?.labels = ["drawbridge": "orders-db"]
        run.run(for: .seconds(120))
        #expect(run.bound == ["node-1", "node-2"])
        #expect(run.ip(1) == legacy.ip)
        #expect(run.world.admitted() == run.reservedBlocks)
    }

    @Test func `no swap begins while the project's Addresses can't be read, and rules are kept all the same`() {
        let run = Simulation(nodes: 1...2, addresses: [1, 2])
        run.fault = { _, call in call == .projectAddresses ? .fail(.unavailable) : .none }
        run.start()
        run.run(for: .seconds(100))
        #expect(run.bound == [])
        #expect(!run.calls.contains { if case .detach = $0.call { true } else { false } })
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.reports.last?.isSettled == false)
        run.fault = { _, _ in .none }
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1", "node-2"])
    }

    @Test func `the project's list is read once a pass at most, and not at all once the pool is bound`() {
        let run = Simulation(nodes: 1...3, addresses: [1, 2, 3])
        run.start()
        run.run(for: .seconds(100))
        #expect(run.bound.count == 3)
        let lists = run.calls.filter { $0.call == .projectAddresses }.count
        #expect(lists > 0 && lists <= run.reports.count)
        let before = run.calls.count
        run.run(for: .seconds(300))
        #expect(!run.calls[before...].contains { $0.call == .projectAddresses })
    }

    @Test(arguments: [0, 20, 100_000]) func `without a free address the revoke waits for the node, however late its status is`(lag: Int) {
        let run = Simulation(nodes: 1...1, addresses: [1])
        run.statusLag = .seconds(lag)
        run.world.addresses[Fixture.address(9).reference] = Fixture.address(
            9, users: [.other("projects/acme-prod/global/forwardingRules/web")])
        run.start()
        run.run(for: .seconds(25))
        #expect(run.ip(1) == Fixture.reservedIP(1))
        run.world.addresses[Fixture.address(1).reference]?.labels = [:]
        run.run(for: .seconds(200))
        #expect(run.world.admitted().contains("203.0.113.1/32"))
        #expect(run.ip(1) == Fixture.reservedIP(1))
        #expect(run.world.violations == [])
        #expect(!run.fired(.revocationHeld).isEmpty)
    }

    @Test func `a Node that lingers without its instance holds up no revoke`() {
        let run = Simulation(nodes: 1...2, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(60))
        run.world.instances[Fixture.instanceReference(2)] = nil
        run.world.nodes["node-2"]?.externalIPs = []
        run.world.groups[group]?.append(Fixture.rule("sgr-hand", "192.0.2.7/32"))
        run.run(for: .seconds(60))
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.fired(.readingUnknown).isEmpty)
    }

    @Test func `fifty replaced at once are held until their digest is approved`() throws {
        let run = Simulation(Fixture.policy(nodes: nil, ruleQuota: 200), addresses: Array(1...50))
        run.start()
        run.run(for: .seconds(40))
        for number in 1...50 {
            run.world.addresses[Fixture.address(number).reference]?.labels = [:]
            run.world.addresses[Fixture.address(number + 100).reference] = Fixture.address(number + 100)
        }
        run.run(for: .seconds(200))
        #expect(run.world.admitted().count == 100)
        let digest = try #require(run.reports.last?.plan.approval?.digest)
        run.send(.approve("000000000000"))
        run.run(for: .seconds(35))
        #expect(run.world.admitted().count == 100)
        run.send(.approve(digest))
        run.run(for: .seconds(35))
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.fired(.heldForApproval).count == 1)
    }

    @Test func `an address whose label comes back while its rule is being revoked is not bound before it is admitted again`() {
        for milliseconds in stride(from: 0, through: 4000, by: 100) {
            let run = Simulation(nodes: 1...1, addresses: [1, 2, 3])
            run.start()
            run.run(for: .seconds(55))
            run.world.addresses[Fixture.address(2).reference]?.labels = [:]
            run.world.addresses[Fixture.address(3).reference]?.labels = [:]
            run.latency = { call in if case .revoke = call { .seconds(3) } else { .milliseconds(100) } }
            run.run(for: .seconds(5) + .milliseconds(milliseconds))
            run.world.addresses[Fixture.address(2).reference]?.labels = ["drawbridge": "orders-db"]
            run.addNode(2)
            run.send(.wake)
            run.run(for: .seconds(90))
            #expect(run.world.violations == [], "label back after \(milliseconds) ms")
            #expect(run.bound == ["node-1", "node-2"], "label back after \(milliseconds) ms")
        }
    }

    @Test func `an address whose label goes at any moment of a swap is not revoked under the node`() {
        for milliseconds in stride(from: 0, through: 4000, by: 50) {
            let run = Simulation(nodes: 1...1, addresses: [1, 9])
            run.world.addresses[Fixture.address(9).reference] = Fixture.address(
                9, users: [.other("projects/acme-prod/regions/r/routers/nat")])
            run.start()
            run.run(for: .milliseconds(milliseconds))
            run.world.addresses[Fixture.address(1).reference]?.labels = [:]
            run.run(for: .seconds(120))
            #expect(run.world.violations == [], "label gone after \(milliseconds) ms")
            #expect(run.ip(1) != nil)
        }
    }
}

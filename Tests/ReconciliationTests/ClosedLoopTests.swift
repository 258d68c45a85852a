import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// Whole runs of a policy's loop in virtual time.
@Suite struct ClosedLoopTests {
    private let group = Fixture.group

    @Test func `a pool moves onto its addresses, and the group becomes exact in five calls`() {
        let run = Simulation(nodes: 1...4, addresses: [1, 2, 3, 4], rules: [Fixture.rule("sgr-wide", "0.0.0.0/0"), Fixture.rule("sgr-old", "192.0.2.7/32")])
        run.start()
        run.run(for: .seconds(25))
        #expect(run.bound == ["node-1", "node-2", "node-3", "node-4"])
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.world.violations == [])
        #expect(run.world.nodes.values.allSatisfy { $0.claim == nil && $0.taints.isEmpty })
        // The wide rule lets the nodes' ephemeral addresses in: it waits until the nodes have moved, and goes after one more reading.
        #expect(run.groupCalls().prefix(3) == [.describe(group), .authorize(group, 4), .describe(group)])
        #expect(run.groupCalls().last == .describe(group))
        #expect(run.reports.last?.isSettled == true)
    }

    @Test func `a change is describe, authorize, describe, revoke, describe`() {
        let run = Simulation(Fixture.policy(nodes: nil), addresses: Array(1...30), rules: (31...35).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") })
        run.start()
        run.run(for: .seconds(20))
        #expect(run.groupCalls() == [.describe(group), .authorize(group, 30), .describe(group), .revoke(group, 5), .describe(group)])
        #expect(run.world.admitted() == run.reservedBlocks)
    }

    @Test func `in the steady state each resync reads the group once, and nothing else but the two lists`() {
        let run = Simulation(nodes: 1...3, addresses: [1, 2, 3])
        run.start()
        run.run(for: .seconds(100))
        #expect(run.reports.last?.isSettled == true)
        let (before, passes) = (run.calls.count, run.reports.count)
        run.run(for: .seconds(300))
        #expect(run.reports.count - passes == 10)
        #expect(run.groupCalls(since: before).count == 10)
        #expect(run.calls.count - before == 30)
    }

    @Test func `a wake between resyncs does not read the group`() {
        let run = Simulation(nodes: 1...2, addresses: [1, 2, 3])
        run.start()
        run.run(for: .seconds(70))
        let before = run.calls.count
        run.addNode(3)
        run.send(.wake)
        run.run(for: .seconds(5))
        #expect(run.bound == ["node-1", "node-2", "node-3"])
        #expect(run.groupCalls(since: before) == [])
    }

    @Test func `a hundred nodes at once take as long as one`() {
        func seconds(_ count: Int) -> Duration {
            let run = Simulation(Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 200), ruleQuota: 200), nodes: 1...count, addresses: Array(1...count))
            run.latency = { call in
                switch call {
                case .detach, .attach: .seconds(10)
                default: .milliseconds(20)
                }
            }
            run.start()
            let start = run.now
            while run.bound.count < count, run.now - start < .seconds(120) { run.run(for: .milliseconds(100)) }
            return run.now - start
        }
        #expect(seconds(1) < .seconds(16))
        #expect(seconds(100) == seconds(1))
    }

    @Test func `a rule by hand for a node's ephemeral address goes after the node has moved`() {
        let ephemeral = Fixture.ephemeralIP(1)
        let run = Simulation(nodes: 1...1, addresses: [1], rules: [Fixture.rule("sgr-hand", "\(ephemeral)/32")])
        run.latency = { if case .detach = $0 { .seconds(5) } else { .milliseconds(100) } }
        run.start()
        run.run(for: .seconds(4))
        #expect(run.world.admitted().contains("\(ephemeral)/32"))
        run.run(for: .seconds(90))
        #expect(run.bound == ["node-1"])
        #expect(run.world.admitted() == run.reservedBlocks)
        #expect(run.world.violations == [])
    }

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
        #expect(run.groupCalls(since: before).prefix(5) == [.describe(group), .authorize(group, 1), .describe(group), .revoke(group, 1), .describe(group)])
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
        #expect(run.notices.contains { $0.kind == .nodeUnassigned && $0.subject == "node-1" && $0.message.contains("egress-50") })
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
        run.world.addresses[Fixture.address(9).reference] = Fixture.address(9, users: [.other("projects/acme-prod/global/forwardingRules/web")])
        run.start()
        run.run(for: .seconds(25))
        #expect(run.ip(1) == Fixture.reservedIP(1))
        run.world.addresses[Fixture.address(1).reference]?.labels = [:]
        run.run(for: .seconds(200))
        #expect(run.world.admitted().contains("203.0.113.1/32"))
        #expect(run.ip(1) == Fixture.reservedIP(1))
        #expect(run.world.violations == [])
        #expect(run.notices.contains { $0.kind == .revocationHeld })
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
        #expect(run.notices.allSatisfy { $0.kind != .readingUnknown })
    }

    /// At each moment of a swap the policy is renamed, and the process that knew it by its old name is gone.
    @Test(arguments: [true, false]) func `a renamed policy's interrupted swaps are finished five minutes after they began`(isStripped: Bool) throws {
        let run = Simulation(nodes: 1...2, addresses: [1, 2], rules: (1...2).map { Fixture.ownRule($0, policy: "orders-db-old") })
        let address = Fixture.address(1)
        let claim = SwapClaim(
            policy: "orders-db-old", address: address.reference, ip: address.ip, instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: .premium, previousIP: Fixture.ephemeralIP(1), detachRequestID: "old-1",
            attachRequestID: "old-2", restoreRequestID: "old-3", startedAt: run.moment.wall)
        run.world.nodes["node-1"]?.annotations[Node.Annotation.claim] = claim.json
        if isStripped { run.world.instances[Fixture.instanceReference(1)] = Fixture.instance(1, natIP: .some(nil)) }
        run.start()
        run.run(for: .seconds(290))
        #expect(run.bound == ["node-2"])
        #expect(run.world.nodes["node-1"]?.claim == claim)
        #expect(run.notices.contains { $0.kind == .nodeUnassigned && $0.message.contains("orders-db-old") })
        run.run(for: .seconds(60))
        #expect(run.ip(1) == address.ip)
        #expect(run.world.nodes["node-1"]?.annotations[Node.Annotation.claim] == nil)
        #expect(run.world.violations == [])
    }

    @Test func `a claim of a policy that this process runs is left to it, until that policy is removed`() {
        let run = Simulation(nodes: 1...1, addresses: [1])
        let claim = SwapClaim(
            policy: "billing-db", address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: .premium, previousIP: Fixture.ephemeralIP(1), detachRequestID: "old-1",
            attachRequestID: "old-2", restoreRequestID: "old-3", startedAt: run.moment.wall)
        run.world.nodes["node-1"]?.annotations[Node.Annotation.claim] = claim.json
        run.start()
        run.send(.otherPolicies(["billing-db"]))
        run.run(for: .seconds(700))
        #expect(run.bound == [])
        #expect(run.world.nodes["node-1"]?.claim == claim)
        run.send(.otherPolicies([]))
        run.run(for: .seconds(60))
        #expect(run.bound == ["node-1"])
    }

    @Test func `a node recreated under its old name is bound anew`() {
        let run = Simulation(nodes: 1...1, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(60))
        run.world.instances[Fixture.instanceReference(1)] = Fixture.instance(1, id: "9999")
        var node = Fixture.node(1, tainted: true)
        node.uid = "uid-new"
        node.annotations[Node.Annotation.instanceID] = "9999"
        run.world.nodes["node-1"] = node
        run.send(.wake)
        run.run(for: .seconds(10))
        #expect(run.bound == ["node-1"])
        #expect(run.world.nodes["node-1"]?.taints == [])
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
        #expect(run.notices.filter { $0.kind == .heldForApproval }.count == 1)
    }

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
        let alarms = run.notices.filter { $0.kind == .nodeWithoutAddress }
        #expect(alarms.count == 1)
        #expect(alarms.first?.severity == .error)
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

    @Test(arguments: [APIError.denied, .unavailable, .lost]) func `a group that refuses its authorize is asked again ever more slowly`(error: APIError) {
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

    @Test func `an address in another region than the older waiting nodes reaches the node of its region`() {
        let run = Simulation(nodes: 1...3, addresses: [])
        var node = Fixture.node(4, tainted: true)
        node.providerID = "gce://acme-prod/us-east1-b/node-4"
        var instance = Fixture.instance(4)
        instance.reference = InstanceReference(project: "acme-prod", zone: "us-east1-b", name: "node-4")
        run.world.nodes["node-4"] = node
        run.world.instances[instance.reference] = instance
        let address = Fixture.address(4, region: "us-east1")
        run.world.addresses[address.reference] = address
        run.start()
        run.run(for: .seconds(40))
        #expect(run.bound == ["node-4"])
    }

    @Test func `more nodes than addresses: the rest waits and is reported`() {
        let run = Simulation(nodes: 1...5, addresses: [1, 2])
        run.start()
        run.run(for: .seconds(300))
        #expect(run.bound.count == 2)
        #expect(Set(run.notices.filter { $0.kind == .nodeUnassigned }.map(\.subject)).count == 3)
    }

    @Test func `stopping finishes the swaps in flight and leaves every address where it is`() {
        for milliseconds in stride(from: 0, through: 3000, by: 50) {
            let run = Simulation(nodes: 1...3, addresses: [1, 2, 3])
            run.start()
            run.run(for: .milliseconds(milliseconds))
            run.send(.stop)
            run.run(for: .seconds(30))
            #expect(run.isStopped)
            #expect(run.world.violations == [])
            #expect(run.world.instances.values.allSatisfy { $0.accessConfig?.natIP != nil })
            let before = run.calls.count
            run.run(for: .seconds(100))
            #expect(run.calls.count == before)
        }
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
            run.world.addresses[Fixture.address(9).reference] = Fixture.address(9, users: [.other("projects/acme-prod/regions/r/routers/nat")])
            run.start()
            run.run(for: .milliseconds(milliseconds))
            run.world.addresses[Fixture.address(1).reference]?.labels = [:]
            run.run(for: .seconds(120))
            #expect(run.world.violations == [], "label gone after \(milliseconds) ms")
            #expect(run.ip(1) != nil)
        }
    }

    @Test func `with two groups a node is bound once both admit, and one group's outage stops the other's work not`() {
        let second = SecurityGroupReference(id: "sg-0fedcba9876543210", region: "us-east-1")
        let run = Simulation(Fixture.policy(groups: [group, second]), nodes: 1...1, addresses: [1], rules: [Fixture.rule("sgr-x", "192.0.2.1/32")])
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

    @Test func `a half-swapped node gets an address though the next controller runs on it`() {
        for milliseconds in stride(from: 0, through: 3000, by: 100) {
            let run = Simulation(nodes: 1...2, addresses: [1, 2])
            run.start()
            run.run(for: .milliseconds(milliseconds))
            run.ownNode = "node-1"
            run.crash()
            run.run(for: .seconds(400))
            #expect(run.ip(1) != nil)
            #expect(run.world.nodes["node-1"]?.claim == nil)
            #expect(run.bound.contains("node-2"))
            #expect(run.world.violations == [])
        }
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

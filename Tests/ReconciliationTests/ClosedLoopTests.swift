import Alerting
import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// Whole runs of a policy's loop in virtual time.
@Suite struct ClosedLoopTests {
    private let group = Fixture.group

    @Test func `a pool moves onto its addresses, and the group becomes exact in five calls`() {
        let run = Simulation(
            nodes: 1...4, addresses: [1, 2, 3, 4], rules: [Fixture.rule("sgr-wide", "0.0.0.0/0"), Fixture.rule("sgr-old", "192.0.2.7/32")])
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
        let run = Simulation(
            Fixture.policy(nodes: nil), addresses: Array(1...30), rules: (31...35).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") })
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
            let run = Simulation(
                Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 200), ruleQuota: 200), nodes: 1...count, addresses: Array(1...count))
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

    /// At each moment of a swap the policy is renamed, and the process that knew it by its old name is gone.

    @Test(arguments: [true, false]) func `a renamed policy's interrupted swaps are finished five minutes after they began`(isStripped: Bool)
        throws
    {
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
        #expect(run.fired(.nodeUnassigned).contains { $0.summary.contains("orders-db-old") })
        run.run(for: .seconds(60))
        #expect(run.ip(1) == address.ip)
        #expect(run.world.nodes["node-1"]?.annotations[Node.Annotation.claim] == nil)
        #expect(run.world.violations == [])
    }

    @Test func `a claim of a policy that this process runs is left to it, until that policy is removed`() {
        let run = Simulation(nodes: 1...1, addresses: [1])
        let claim = SwapClaim(
            policy: "billing-db", address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), instanceID: "9001",
            networkInterface: "nic0",
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
        #expect(run.fired(.nodeUnassigned).count == 3)
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
}

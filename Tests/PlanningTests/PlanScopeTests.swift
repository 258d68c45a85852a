import Fixtures
import Model
import Planning
import Testing

@Suite struct `The scope of a saved plan` {
    private func plan(
        addresses: [Address], nodes: [Node], rules: [SecurityGroupRule], instances: [Instance] = [], scope: PlanScope? = nil,
        maxConcurrentSwaps: Int = 16
    ) -> Plan {
        var observation = Fixture.observation(addresses: addresses, nodes: nodes, rules: rules, instances: instances)
        observation.projectAddresses = observation.addresses
        var context = Fixture.context()
        context.scope = scope
        return Planner.plan(
            policy: Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: maxConcurrentSwaps)), observation: observation, context: context)
    }

    private let stranger = Fixture.rule("sgr-0c", "192.0.2.7/32")

    @Test func `a plan is the same under its own scope`() {
        let world = (
            addresses: (1...3).map { Fixture.address($0) }, nodes: [Fixture.node(1), Fixture.node(2, tainted: true)],
            rules: [Fixture.ownRule(1), Fixture.ownRule(2), stranger], instances: [Fixture.instance(1), Fixture.instance(2)]
        )
        let free = plan(addresses: world.addresses, nodes: world.nodes, rules: world.rules, instances: world.instances)
        #expect(free.swaps.count == 2 && free.groups[0].authorizations.count == 1 && free.groups[0].revocations.count == 1)
        let limited = plan(
            addresses: world.addresses, nodes: world.nodes, rules: world.rules, instances: world.instances,
            scope: PlanScope(free))
        #expect(limited == free)
    }

    @Test func `what came into the world since is left alone`() {
        let before = plan(
            addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)],
            instances: [Fixture.instance(1)])
        let scope = PlanScope(before)
        let after = plan(
            addresses: (1...3).map { Fixture.address($0) }, nodes: [Fixture.node(1), Fixture.node(2)],
            rules: [Fixture.ownRule(1), Fixture.ownRule(2), stranger], instances: [Fixture.instance(1), Fixture.instance(2)], scope: scope)
        #expect(after.swaps.map(\.node.name) == ["node-1"])
        #expect(after.swaps.first?.alternatives == [])
        #expect(after.groups[0].authorizations.isEmpty && after.groups[0].revocations.isEmpty)
        #expect(after.nodes.first { $0.node.name == "node-2" }?.state == .waiting(.outsidePlan))
        #expect(after.addresses.map(\.state) == [.claimed(node: "node-1"), .unbound, .unbound])
    }

    @Test func `a rule that means something else by now is not revoked under its old id`() {
        let before = plan(addresses: [Fixture.address(1)], nodes: [], rules: [Fixture.ownRule(1), stranger])
        #expect(before.groups[0].revocations.count == 1)
        let edited = Fixture.rule("sgr-0c", "192.0.2.8/32")
        let after = plan(
            addresses: [Fixture.address(1)], nodes: [], rules: [Fixture.ownRule(1), edited], scope: PlanScope(before))
        #expect(after.groups[0].revocations.isEmpty)
    }

    @Test func `a node that waits for its turn gets an Address that the plan saw free, and no other`() {
        let before = plan(
            addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1), Fixture.node(2)],
            rules: [Fixture.ownRule(1)], instances: [Fixture.instance(1), Fixture.instance(2)])
        #expect(before.swaps.count == 1)
        guard case .waiting(.notAdmitted) = before.nodes[1].state else {
            Issue.record("\(before.nodes[1].state)")
            return
        }
        let scope = PlanScope(before)
        func later(_ addresses: [Address]) -> Plan {
            plan(
                addresses: addresses, nodes: [Fixture.node(1, externalIPs: [Fixture.reservedIP(1)]), Fixture.node(2)],
                rules: addresses.map { Fixture.ownRule(Int($0.name.split(separator: "-")[1])!) },
                instances: [Fixture.instance(1, natIP: Fixture.reservedIP(1)), Fixture.instance(2)], scope: scope)
        }
        #expect(later([Fixture.address(1, heldBy: 1), Fixture.address(2)]).swaps.map(\.address.name) == ["egress-2"])
        #expect(later([Fixture.address(1, heldBy: 1), Fixture.address(3)]).swaps == [])
    }

    @Test func `what is held for approval is in the scope only with its approval`() throws {
        let all = Fixture.rule("sgr-0d", "192.0.2.0/24", from: nil, to: nil, protocol: .all)
        let before = plan(addresses: [Fixture.address(1)], nodes: [], rules: [Fixture.ownRule(1), all])
        let approval = try #require(before.approval)
        #expect(PlanScope(before).revoke.isEmpty)
        var scope = PlanScope(before)
        scope.approve(approval)
        #expect(scope.revoke.count == 1)
        var observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), all])
        observation.projectAddresses = observation.addresses
        var context = Fixture.context()
        context.scope = scope
        context.approved = Set(approval.rules)
        let after = Planner.plan(policy: Fixture.policy(), observation: observation, context: context)
        #expect(after.groups[0].revocations.map(\.rule.id) == ["sgr-0d"])
    }
}

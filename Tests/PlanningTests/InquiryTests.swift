import Fixtures
import Model
import Planning
import Testing

@Suite struct InquiryTests {
    private func open(_ observation: Observation, policy: Whitelist = Fixture.policy(), context: PlanningContext = Fixture.context())
        -> [Inquiry]
    {
        Inquiry.open(policy: policy, observation: observation, context: context)
    }

    @Test func `a converged world leaves nothing to ask`() {
        #expect(
            open(Fixture.observation(addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)]))
                .isEmpty)
    }

    @Test func `no more instances are asked for than could be swapped now`() {
        let nodes = (1...100).map { Fixture.node($0) }
        let policy = Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 16))
        #expect(open(Fixture.observation(addresses: (1...40).map { Fixture.address($0) }, nodes: nodes), policy: policy).count == 16)
        #expect(open(Fixture.observation(addresses: (1...3).map { Fixture.address($0) }, nodes: nodes), policy: policy).count == 3)
        #expect(open(Fixture.observation(addresses: [], nodes: nodes), policy: policy).isEmpty)
    }

    @Test func `nodes that turn out unfit don't take the place of others`() {
        let nodes = (1...4).map { Fixture.node($0) }
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: nodes, instances: [Fixture.instance(1, natIP: .some(nil))])
        #expect(open(observation) == [.instance(Fixture.instanceReference(2))])
    }

    @Test func `a node whose instance was recreated, and that does not show it yet, takes no other's place`() {
        let nodes = (1...2).map { Fixture.node($0) }
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: nodes, instances: [Fixture.instance(1, id: "another")])
        #expect(nodes[0].instanceID != "another" && nodes[0].instanceID != nil)
        #expect(open(observation) == [.instance(Fixture.instanceReference(2))])
    }

    @Test func `a stale rule asks for the project's list first, then for the Address itself`() {
        let rules = [Fixture.ownRule(1), Fixture.ownRule(2)]
        let first = Fixture.observation(addresses: [Fixture.address(1)], rules: rules)
        #expect(open(first, policy: Fixture.policy(nodes: nil)) == [.projectAddresses])
        var second = first
        second.projectAddresses = .known(AddressListing(addresses: [Fixture.address(1)], unknownRegions: [:]))
        #expect(open(second, policy: Fixture.policy(nodes: nil)) == [.lookup(Fixture.address(2).reference)])
        var unlabelled = first
        unlabelled.projectAddresses = .known(
            AddressListing(addresses: [Fixture.address(1), Fixture.address(2, labels: [:])], unknownRegions: [:]))
        #expect(open(unlabelled, policy: Fixture.policy(nodes: nil)).isEmpty)
    }
}

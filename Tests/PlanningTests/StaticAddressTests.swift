import Fixtures
import Model
import Planning
import Testing

/// What may be taken off a pool node: rule 7 of the plan.
@Suite struct StaticAddressTests {
    /// node-1 is on 203.0.113.7, which the project's list knows as `egress-7`, without the policy's labels.
    private func observation(
        rules: [SecurityGroupRule] = [], listed: [Address]? = [Fixture.address(1), Fixture.address(7, heldBy: 1, labels: [:])],
        unknownRegions: [String: Unknown] = [:]
    ) -> Observation {
        var observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)] + rules,
            instances: [Fixture.instance(1, natIP: Fixture.reservedIP(7))])
        observation.projectAddresses = listed.map { .known(AddressListing(addresses: $0, unknownRegions: unknownRegions)) }
        return observation
    }

    private func plan(_ observation: Observation, _ policy: Whitelist = Fixture.policy(), _ context: PlanningContext = Fixture.context())
        -> Plan
    {
        Planner.plan(policy: policy, observation: observation, context: context)
    }

    private let waits = NodeState.waiting(.otherStaticAddress(Fixture.address(7).reference))

    @Test func `a static address that was never in the reserved set is not taken off`() {
        let result = plan(observation())
        #expect(result.swaps.isEmpty)
        #expect(result.nodes[0].state == waits)
        #expect(result.nodes[0].held == [Fixture.reservedIP(7)])
    }

    @Test func `one that left the reserved set is taken off, by the word of the rule that admitted it`() {
        let result = plan(observation(rules: [Fixture.ownRule(7)]))
        #expect(result.swaps.map(\.address.name) == ["egress-1"])
    }

    @Test func `an ephemeral address is in no list of Addresses`() {
        #expect(plan(observation(listed: [Fixture.address(1)])).swaps.count == 1)
    }

    @Test(arguments: [
        Fixture.ownRule(7, policy: "billing-db"),
        Fixture.rule("sgr-copy", "203.0.113.9/32", description: Fixture.ownRule(7).description),
        Fixture.rule("sgr-wide", "203.0.113.0/24", description: Fixture.ownRule(7).description),
        Fixture.rule("sgr-port", "203.0.113.7/32", from: 5433, description: Fixture.ownRule(7).description),
        Fixture.rule("sgr-id", "203.0.113.7/32", description: "drawbridge:orders-db acme-prod/europe-west1/egress-7#1"),
        Fixture.rule("sgr-region", "203.0.113.7/32", description: "drawbridge:orders-db acme-prod/us-east1/egress-7#5007"),
        Fixture.rule("sgr-project", "203.0.113.7/32", description: "drawbridge:orders-db acme-test/europe-west1/egress-7#5007"),
        Fixture.rule("sgr-none", "203.0.113.7/32", description: "drawbridge:orders-db"),
        Fixture.rule("sgr-hand", "203.0.113.7/32"),
    ])
    func `a rule that this policy did not write for this very Address is no evidence`(rule: SecurityGroupRule) {
        #expect(plan(observation(rules: [rule])).nodes[0].state == waits)
    }

    @Test
    func `what a rule by hand admitted, and then lost its labels, is said alike of the node and of the rule: what to do, and what follows`()
        throws
    {
        let result = plan(observation(rules: [Fixture.rule("sgr-hand", "203.0.113.7/32")]))
        #expect(result.nodes[0].state == waits)
        let hold = try #require(result.groups[0].held.first { $0.revocation.rule.id == "sgr-hand" }?.hold)
        #expect(hold == .inUse(["node-1"]))
        let node = WaitReason.otherStaticAddress(Fixture.address(7).reference).text
        #expect(
            !node.contains("did not give") && node.contains("no rule that this policy wrote") && node.contains("(again)")
                && node.contains("by hand"))
        let rule = hold.text(in: result)
        #expect(
            rule.hasPrefix(hold.text) && rule.contains("node-1 keeps its static address") && rule.contains("(again)")
                && rule.contains("by hand"))
    }

    @Test func `of a rule whose nodes move by themselves no more is said`() throws {
        let result = plan(observation(rules: [Fixture.rule("sgr-hand", "203.0.113.7/32")], listed: [Fixture.address(1)]))
        let hold = try #require(result.groups[0].held.first { $0.revocation.rule.id == "sgr-hand" }?.hold)
        #expect(hold.text(in: result) == hold.text)
    }

    @Test func `a node without an access config may be private, or have lost it by hand`() {
        let text = WaitReason.privateNode.text
        #expect(text.contains("Cloud NAT") && text.contains("taken off by hand") && text.contains("add an access config again"))
    }

    @Test func `while a group can't be read its last good reading is evidence as well`() {
        var unread = observation()
        unread.groups[Fixture.group] = .unknown(Unknown(.failed, "ec2: timeout"))
        let last = SecurityGroup(reference: Fixture.group, rules: [Fixture.ownRule(1), Fixture.ownRule(7)])
        #expect(plan(unread, Fixture.policy(), Fixture.context(lastGood: [last])).swaps.count == 1)
    }

    @Test func `a kept rule that this policy wrote is evidence as well`() {
        let policy = Fixture.policy(keep: [.cidr(CIDR(masking: "203.0.113.0/24")!)])
        #expect(plan(observation(rules: [Fixture.ownRule(7)]), policy).swaps.count == 1)
    }

    @Test func `nothing is taken off while it is not known which Addresses the project has`() throws {
        let unasked = plan(observation(listed: nil))
        #expect(unasked.swaps.isEmpty)
        #expect(!unasked.isEmpty && unasked.unknowns.map(\.message) == ["which Addresses project acme-prod has was not read in this pass"])
        let failed = Unknown(.failed, "compute addresses.aggregatedList on acme-prod: 503")
        var unread = observation()
        unread.projectAddresses = .unknown(failed)
        #expect(plan(unread).nodes[0].state == .waiting(.unknown(failed)))
        #expect(plan(unread).unknowns == [failed])
    }

    @Test func `an unread region holds up the nodes of that region only, and keeps the plan from being empty`() {
        let unreachable = Unknown(.partial, "UNREACHABLE")
        let here = plan(observation(listed: [], unknownRegions: ["europe-west1": unreachable]))
        guard case .waiting(.unknown(let unknown)) = here.nodes[0].state else { return #expect(Bool(false), "\(here.nodes[0].state)") }
        #expect(unknown.cause == .partial && unknown.message.contains("europe-west1") && unknown.message.contains("UNREACHABLE"))
        #expect(here.unknowns == [unknown])
        let elsewhere = plan(observation(listed: [], unknownRegions: ["us-east1": unreachable]))
        #expect(elsewhere.swaps.count == 1)
        #expect(elsewhere.unknowns.isEmpty)
    }

    @Test func `an Address that was labelled while the pass was reading stays on its node`() {
        let result = plan(observation(rules: [Fixture.ownRule(7)], listed: [Fixture.address(1), Fixture.address(7, heldBy: 1)]))
        #expect(result.swaps.isEmpty)
        #expect(result.nodes[0].state != waits)
        #expect(result.unknowns.count == 1)
    }

    @Test func `a node that keeps its static address takes neither an Address nor a turn from another`() {
        var two = observation()
        two.nodes = .known([Fixture.node(1), Fixture.node(2)])
        two.instances[Fixture.instanceReference(2)] = .known(Fixture.instance(2))
        var context = Fixture.context()
        context.isProven = false
        let result = plan(two, Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 1)), context)
        #expect(result.swaps.map(\.node.name) == ["node-2"])
        #expect(result.nodes[0].state == waits)
    }

    @Test func `an interrupted swap does not take off an address that is static or reserved by now`() throws {
        func stands(_ previous: IPAddress, listed: [Address]) throws -> Bool {
            var claimed = observation(listed: listed)
            claimed.nodes = .known([Fixture.node(1, claim: claim(previous))])
            return try #require(plan(claimed).resumes.first).claimStands
        }
        #expect(try stands(Fixture.ephemeralIP(1), listed: []))
        #expect(try !stands(Fixture.reservedIP(7), listed: [Fixture.address(7, heldBy: 1, labels: [:])]))
        #expect(try !stands(Fixture.reservedIP(1), listed: []))
    }

    @Test func `an interrupted swap goes on while the project's list can't be read: its beginner had read it`() throws {
        var claimed = observation(listed: nil)
        claimed.nodes = .known([Fixture.node(1, claim: claim(Fixture.ephemeralIP(1)))])
        #expect(try #require(plan(claimed).resumes.first).claimStands)
    }

    private func claim(_ previous: IPAddress) -> SwapClaim {
        let other = Fixture.address(2)
        return SwapClaim(
            policy: "orders-db", address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), instanceID: "9001",
            networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: other.networkTier, previousIP: previous, detachRequestID: "d",
            attachRequestID: "a",
            restoreRequestID: "r", startedAt: Fixture.start.wall)
    }
}

/// When the project's whole list is asked for on account of the nodes.
@Suite struct StaticAddressInquiryTests {
    private func open(_ observation: Observation, _ policy: Whitelist = Fixture.policy(), _ context: PlanningContext = Fixture.context())
        -> [Inquiry]
    {
        Inquiry.open(policy: policy, observation: observation, context: context)
    }

    private func observation(rules: [SecurityGroupRule] = [Fixture.ownRule(1)], instances: [Instance] = [Fixture.instance(1)])
        -> Observation
    {
        Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1), Fixture.node(2)], rules: rules, instances: instances)
    }

    @Test func `it is asked for once the instances are read and a swap would begin, and not twice`() {
        #expect(open(observation(instances: [])) == [.instance(Fixture.instanceReference(1))])
        var pass = observation()
        #expect(open(pass) == [.projectAddresses])
        pass.projectAddresses = .known(AddressListing(addresses: [Fixture.address(1)], unknownRegions: [:]))
        #expect(open(pass).isEmpty)
        pass.projectAddresses = .unknown(Unknown(.failed, "503"))
        #expect(open(pass).isEmpty)
    }

    @Test func `nothing is asked where no swap would begin`() {
        #expect(open(observation(rules: [])).isEmpty, "not admitted")
        #expect(open(observation(), Fixture.policy(suspend: true)).isEmpty)
        var context = Fixture.context()
        context.whitelistOnly = true
        #expect(open(observation(), Fixture.policy(), context).isEmpty)
        context = Fixture.context()
        context.swapLimit = PlanningContext.SwapLimit(count: 0, reason: "denied")
        #expect(open(observation(), Fixture.policy(), context).isEmpty)
        #expect(open(observation(), Fixture.policy(), Fixture.context(activeSwaps: ["node-1": Fixture.address(1).reference])).isEmpty)
    }

    @Test func `a node that keeps its static address does not take another's place among those asked for`() {
        var pass = observation(instances: [Fixture.instance(1, natIP: Fixture.reservedIP(7))])
        pass.projectAddresses = .known(
            AddressListing(addresses: [Fixture.address(1), Fixture.address(7, heldBy: 1, labels: [:])], unknownRegions: [:]))
        #expect(open(pass) == [.instance(Fixture.instanceReference(2))])
    }
}

import Fixtures
import Model
import Planning
import Testing

/// Nodes whose instances are in another project than the policy's Addresses: an instance can hold Addresses of its own project only.
@Suite struct OtherProjectTests {
    private func moved(_ node: Node, to project: String) -> Node {
        var node = node
        node.providerID = "gce://\(project)/europe-west1-b/\(node.name)"
        return node
    }

    private func moved(_ instance: Instance, to project: String) -> Instance {
        var instance = instance
        instance.reference.project = project
        return instance
    }

    /// node-1 is of the project given, node-2 of the Addresses' own; one Address is free.
    private func observation(_ project: String = "acme-gke", claim: SwapClaim? = nil, isRead: Bool = true) -> Observation {
        Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [moved(Fixture.node(1, claim: claim), to: project), Fixture.node(2)],
            rules: [Fixture.ownRule(1)],
            instances: isRead ? [moved(Fixture.instance(1), to: project), Fixture.instance(2)] : [], projectAddresses: [Fixture.address(1)])
    }

    private func plan(_ observation: Observation, _ policy: Whitelist = Fixture.policy()) -> Plan {
        Planner.plan(policy: policy, observation: observation, context: Fixture.context())
    }

    @Test(arguments: ["acme-gke", "acme-prod-2", "acme", "example.com:acme-prod", "123456789012"])
    func `such a node keeps what it has, says why, and takes no other's place`(project: String) {
        let result = plan(observation(project))
        #expect(result.swaps.map(\.node.name) == ["node-2"])
        #expect(result.nodes[0].state == .waiting(.otherProject(instance: project, addresses: "acme-prod")))
    }

    @Test func `a project with a domain before it is one like any other`() {
        var policy = Fixture.policy()
        policy.addresses.project = "example.com:acme-prod"
        var address = Fixture.address(1)
        address.reference.project = policy.addresses.project
        let rule = SecurityGroupRule(
            id: "sgr-own", traffic: Traffic(Fixture.postgres), source: .cidr(address.cidr),
            description: RuleOwner(policy: policy.name, address: address).description)
        let observation = Fixture.observation(
            addresses: [address], nodes: [Fixture.node(1), moved(Fixture.node(2), to: "example.com:acme-prod")], rules: [rule],
            instances: [Fixture.instance(1), moved(Fixture.instance(2), to: "example.com:acme-prod")], projectAddresses: [address])
        let result = plan(observation, policy)
        #expect(result.swaps.map(\.node.name) == ["node-2"])
        #expect(result.nodes[0].state == .waiting(.otherProject(instance: "acme-prod", addresses: "example.com:acme-prod")))
    }

    @Test func `its instance is not asked for`() {
        #expect(
            Inquiry.open(policy: Fixture.policy(), observation: observation(isRead: false), context: Fixture.context()) == [
                .instance(Fixture.instanceReference(2))
            ])
    }

    @Test func `the reason names both projects and what to do`() {
        let text = WaitReason.otherProject(instance: "acme-gke", addresses: "acme-prod").text
        #expect(text.contains("project acme-gke,") && text.contains("project acme-prod:") && text.contains("addresses.project"))
    }

    private func claim(of policy: String, age: Duration = .seconds(301)) -> SwapClaim {
        let address = Fixture.address(1)
        return SwapClaim(
            policy: policy, address: address.reference, ip: address.ip, instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "external-nat",
            networkTier: .premium, previousIP: Fixture.ephemeralIP(1), detachRequestID: "d", attachRequestID: "a", restoreRequestID: "r",
            startedAt: Fixture.start.wall + (.zero - age))
    }

    @Test(arguments: ["orders-db", "orders-db-old"])
    func `a claim on it is settled without any of these Addresses`(beginner: String) throws {
        let result = plan(observation(claim: claim(of: beginner)))
        let resumed = try #require(result.resumes.first)
        #expect(!resumed.claimStands)
        #expect(resumed.alternatives.isEmpty)
    }

    @Test func `an Address that a swap could end with instead is offered to its like only`() throws {
        var both = observation(claim: claim(of: "orders-db"))
        both.addresses = .known(AddressListing(addresses: [Fixture.address(2), Fixture.address(3)], unknownRegions: [:]))
        both.projectAddresses = both.addresses
        both.groups[Fixture.group] = .known(SecurityGroup(reference: Fixture.group, rules: [Fixture.ownRule(2), Fixture.ownRule(3)]))
        let result = plan(both)
        #expect(try #require(result.resumes.first).alternatives.isEmpty)
        #expect(result.swaps.map { [$0.address.name] + $0.alternatives.map(\.name) } == [["egress-2", "egress-3"]])
    }
}

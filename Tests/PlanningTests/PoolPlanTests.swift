import Fixtures
import Model
import Planning
import Testing

/// Which node gets which address: rules 2, 6 and 7 of the plan.
@Suite struct PoolPlanTests {
    /// Of a project that has no other Addresses than the reserved ones.
    private func plan(_ policy: Whitelist, _ observation: Observation, _ context: PlanningContext = Fixture.context()) -> Plan {
        var observation = observation
        observation.projectAddresses = observation.projectAddresses ?? observation.addresses
        return Planner.plan(policy: policy, observation: observation, context: context)
    }

    private func plan(_ observation: Observation, _ context: PlanningContext = Fixture.context()) -> Plan {
        plan(Fixture.policy(), observation, context)
    }

    private func states(_ plan: Plan) -> [String: NodeState] {
        Dictionary(uniqueKeysWithValues: plan.nodes.map { ($0.node.name, $0.state) })
    }

    private func admittedRules(_ range: ClosedRange<Int>) -> [SecurityGroupRule] { range.map { Fixture.ownRule($0) } }

    @Test func `a node gets a free admitted address`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1)], rules: admittedRules(1...2),
                instances: [Fixture.instance(1)]))
        #expect(result.swaps.map(\.address.name) == ["egress-1"])
        #expect(result.swaps[0].alternatives.map(\.name) == ["egress-2"])
        #expect(result.swaps[0].accessConfig.name == "external-nat")
    }

    @Test func `an address that is not admitted yet is not given out`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1), Fixture.node(2)], rules: admittedRules(2...2),
                instances: [Fixture.instance(1), Fixture.instance(2)]))
        #expect(result.swaps.map(\.address.name) == ["egress-2"])
        #expect(states(result)["node-2"] == .waiting(.notAdmitted(Fixture.address(1).reference, [Fixture.group])))
    }

    @Test func `a wide rule does not make an address admitted`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.rule("sgr-w", "0.0.0.0/0")],
                instances: [Fixture.instance(1)]))
        #expect(result.swaps.isEmpty)
    }

    @Test func `every group of the policy must admit`() {
        let second = SecurityGroupReference(id: "sg-0123456789abcdef0", region: "eu-west-1")
        var observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: admittedRules(1...1), instances: [Fixture.instance(1)])
        observation.groups[second] = .known(SecurityGroup(reference: second, rules: []))
        let result = plan(Fixture.policy(groups: [Fixture.group, second]), observation)
        #expect(result.swaps.isEmpty)
        #expect(states(result)["node-1"] == .waiting(.notAdmitted(Fixture.address(1).reference, [second])))
    }

    @Test func `while AWS can't be read the last good reading counts for binding, and nothing is revoked`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], instances: [Fixture.instance(1)])
        observation.groups[Fixture.group] = .unknown(Unknown(.failed, "ec2: timeout"))
        #expect(plan(observation).swaps.isEmpty)
        let last = SecurityGroup(reference: Fixture.group, rules: admittedRules(1...1) + [Fixture.rule("sgr-x", "192.0.2.1/32")])
        let result = plan(observation, Fixture.context(lastGood: [last]))
        #expect(result.swaps.map(\.address.name) == ["egress-1"])
        #expect(result.groups[0].revocations.isEmpty)
    }

    @Test func `a bound node stays as it is`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1, heldBy: 1), Fixture.address(2)], nodes: [Fixture.node(1)], rules: admittedRules(1...2)))
        #expect(states(result) == ["node-1": .bound(Fixture.address(1).reference)])
        #expect(result.isEmpty)
        #expect(result.addresses.map(\.state) == [.bound(node: "node-1"), .unbound])
    }

    @Test func `names are compared whole`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1, heldBy: 10)], nodes: [Fixture.node(1), Fixture.node(10)], rules: admittedRules(1...1)))
        #expect(states(result)["node-10"] == .bound(Fixture.address(1).reference))
        #expect(states(result)["node-1"] != .bound(Fixture.address(1).reference))
    }

    @Test func `what a forwarding rule or a router holds is bound elsewhere and never given out`() {
        let user = AddressUser(selfLink: "https://www.googleapis.com/compute/v1/projects/acme-prod/regions/europe-west1/routers/nat")
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1, users: [user])], nodes: [Fixture.node(1)], rules: admittedRules(1...1),
                instances: [Fixture.instance(1)]))
        #expect(result.swaps.isEmpty)
        #expect(result.addresses[0].state == .boundElsewhere([user]))
        #expect(states(result)["node-1"] == .waiting(.exhausted(region: "europe-west1", reserved: 1, otherTier: 0)))
    }

    @Test func `more nodes than addresses: the rest waits, by name`() {
        let nodes = (1...3).map { Fixture.node($0) }
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: nodes, rules: admittedRules(1...1), instances: (1...3).map { Fixture.instance($0) })
        )
        #expect(result.swaps.map(\.node.name) == ["node-1"])
        #expect(states(result)["node-3"] == .waiting(.exhausted(region: "europe-west1", reserved: 1, otherTier: 0)))
    }

    @Test func `nodes that wait to serve come first`() {
        let nodes = [Fixture.node(1), Fixture.node(2, tainted: true)]
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: nodes, rules: admittedRules(1...1), instances: (1...2).map { Fixture.instance($0) })
        )
        #expect(result.swaps.map(\.node.name) == ["node-2"])
    }

    @Test func `swaps run up to the limit, those under way included`() {
        let policy = Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 2))
        let result = plan(
            policy,
            Fixture.observation(
                addresses: (1...4).map { Fixture.address($0) }, nodes: (1...4).map { Fixture.node($0) }, rules: admittedRules(1...4),
                instances: (1...4).map { Fixture.instance($0) }),
            Fixture.context(activeSwaps: ["node-1": Fixture.address(1).reference]))
        #expect(result.swaps.map(\.node.name) == ["node-2"])
        #expect(result.swaps.map(\.address.name) == ["egress-2"])
        #expect(states(result)["node-3"] == .waiting(.concurrency(limit: 2)))
    }

    @Test func `the first swap of a process goes alone, but for nodes that don't serve yet`() {
        var context = Fixture.context()
        context.isProven = false
        func swapped(_ nodes: [Node]) -> [String] {
            plan(
                Fixture.observation(
                    addresses: (1...4).map { Fixture.address($0) }, nodes: nodes, rules: admittedRules(1...4),
                    instances: (1...4).map { Fixture.instance($0) }),
                context
            ).swaps.map(\.node.name)
        }
        #expect(swapped((1...4).map { Fixture.node($0) }) == ["node-1"])
        #expect(swapped((1...4).map { Fixture.node($0, tainted: true) }).count == 4)
        var young = (1...4).map { Fixture.node($0) }
        for index in young.indices { young[index].createdAt = Fixture.start.wall + .seconds(-60) }
        #expect(swapped(young).count == 4)
        context.isProven = true
        #expect(swapped((1...4).map { Fixture.node($0) }).count == 4)
    }

    @Test func `after a refusal that all nodes share no more swaps begin than one at a time`() {
        var context = Fixture.context()
        let observation = Fixture.observation(
            addresses: (1...4).map { Fixture.address($0) }, nodes: (1...4).map { Fixture.node($0) }, rules: admittedRules(1...4),
            instances: (1...4).map { Fixture.instance($0) })
        context.swapLimit = PlanningContext.SwapLimit(count: 0, reason: "attach: denied")
        #expect(plan(observation, context).swaps.isEmpty)
        #expect(states(plan(observation, context))["node-1"] == .waiting(.backOff("attach: denied")))
        context.swapLimit?.count = 1
        #expect(plan(observation, context).swaps.count == 1)
    }

    @Test func `the controller's own node is reported as waiting and never swapped`() {
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: admittedRules(1...1), instances: [Fixture.instance(1)]),
            Fixture.context(ownNode: "node-1"))
        #expect(result.swaps.isEmpty)
        #expect(states(result) == ["node-1": .waiting(.ownNode)])
    }

    @Test func `each obstacle of a node has its own reason`() {
        func state(_ instance: Instance, addresses: [Address] = [Fixture.address(1)]) -> NodeState? {
            states(
                plan(
                    Fixture.observation(addresses: addresses, nodes: [Fixture.node(1)], rules: admittedRules(1...1), instances: [instance]))
            )["node-1"]
        }
        #expect(state(Fixture.instance(1, natIP: .some(nil))) == .waiting(.privateNode))
        #expect(state(Fixture.instance(1, id: "4")) == .waiting(.instanceChanged(expected: "9001", found: "4")))
        #expect(state(Fixture.instance(1, tier: .standard)) == .waiting(.exhausted(region: "europe-west1", reserved: 1, otherTier: 1)))
        #expect(
            state(Fixture.instance(1), addresses: [Fixture.address(1, region: "us-east1")])
                == .waiting(.exhausted(region: "europe-west1", reserved: 0, otherTier: 0)))
        var stopping = Fixture.instance(1)
        stopping.status = "STOPPING"
        #expect(state(stopping) == .waiting(.instanceStatus("STOPPING")))
    }

    @Test func `a node of another instance under an old name is not taken for bound by its name's instance reading`() {
        // The list still shows the old user; the instance, read in this pass, has an ephemeral address.
        let result = plan(
            Fixture.observation(
                addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1, tainted: true)], rules: admittedRules(1...1),
                instances: [Fixture.instance(1)]))
        #expect(states(result)["node-1"] != .bound(Fixture.address(1).reference))
        #expect(result.taintRemovals.isEmpty)
    }

    @Test func `the startup taint goes once the node is bound and admitted, by the instance's own word`() {
        let bound = Fixture.instance(1, natIP: Fixture.reservedIP(1))
        func removals(_ rules: [SecurityGroupRule], _ instances: [Instance]) -> Int {
            plan(
                Fixture.observation(
                    addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1, tainted: true)], rules: rules, instances: instances)
            ).taintRemovals.count
        }
        #expect(removals(admittedRules(1...1), [bound]) == 1)
        #expect(removals([], [bound]) == 0)
        #expect(removals(admittedRules(1...1), []) == 0)
    }

    @Test func `a claim that nobody carries on is taken up before new swaps`() throws {
        let claim = SwapClaim(
            policy: "orders-db", address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), instanceID: "9001",
            networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: .premium, previousIP: Fixture.ephemeralIP(1), detachRequestID: "d",
            attachRequestID: "a",
            restoreRequestID: "r", startedAt: Fixture.start.wall)
        let observation = Fixture.observation(
            addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1, claim: claim), Fixture.node(2)],
            rules: admittedRules(1...2),
            instances: [Fixture.instance(2)])
        let result = plan(observation)
        let resumed = try #require(result.resumes.first)
        #expect(resumed.claim == claim && resumed.claimStands)
        #expect(result.swaps.map(\.address.name) == ["egress-2"])
        let underWay = plan(observation, Fixture.context(activeSwaps: ["node-1": claim.address]))
        #expect(underWay.resumes.isEmpty)
    }

    @Test func `a claimed address that left the set does not stand`() throws {
        let claim = SwapClaim(
            policy: "orders-db", address: Fixture.address(1).reference, ip: Fixture.reservedIP(1), instanceID: "9001",
            networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: .premium, previousIP: nil, detachRequestID: "d", attachRequestID: "a",
            restoreRequestID: "r", startedAt: Fixture.start.wall)
        let result = plan(
            Fixture.observation(addresses: [Fixture.address(2)], nodes: [Fixture.node(1, claim: claim)], rules: admittedRules(2...2)))
        let resumed = try #require(result.resumes.first)
        #expect(!resumed.claimStands)
        #expect(resumed.alternatives.map(\.name) == ["egress-2"])
    }

    @Test func `a suspended policy and the whitelist half alone swap nothing`() {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [], instances: [Fixture.instance(1)])
        #expect(plan(Fixture.policy(suspend: true), observation).changes.isEmpty)
        var context = Fixture.context()
        context.whitelistOnly = true
        let result = plan(Fixture.policy(), observation, context)
        #expect(result.swaps.isEmpty)
        #expect(result.groups[0].authorizations.count == 1)
    }

    @Test func `the same input in another order gives the same plan`() {
        let nodes = (1...20).map { Fixture.node($0) }
        let addresses = (1...15).map { Fixture.address($0) }
        let rules = (1...10).map { Fixture.ownRule($0) } + (1...4).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") }
        let instances = (1...20).map { Fixture.instance($0) }
        let first = plan(Fixture.observation(addresses: addresses, nodes: nodes, rules: rules, instances: instances))
        let second = plan(
            Fixture.observation(
                addresses: addresses.reversed(), nodes: nodes.reversed(), rules: rules.reversed(), instances: instances.reversed()))
        #expect(first == second)
    }
}

import Fixtures
import Model
import Planning
import Testing

/// Whole conversations: what is asked, round by round, until nothing is open any more, and the plan that follows.
@Suite struct InquiryRoundsTests {
    /// What there is to be asked about.
    private struct World {
        var observation: Observation
        var instances: [InstanceReference: Reading<Instance>]
        var projectAddresses: Reading<AddressListing>

        init(_ observation: Observation, instances: [Instance], listed: [Address]) {
            self.observation = observation
            self.instances = Dictionary(uniqueKeysWithValues: instances.map { ($0.reference, .known($0)) })
            projectAddresses = .known(AddressListing(addresses: listed, unknownRegions: [:]))
        }
    }

    private struct Outcome {
        var plan: Plan
        /// Instances asked for, by round.
        var rounds: [Int] = []

        func state(_ number: Int) -> NodeState? { plan.nodes.first { $0.node.name == "node-\(number)" }?.state }
    }

    private func talk(_ world: World, _ policy: Whitelist = Fixture.policy(), _ context: PlanningContext = Fixture.context()) -> Outcome {
        var observation = world.observation
        var rounds: [Int] = []
        while rounds.count < Inquiry.roundLimit {
            let open = Inquiry.open(policy: policy, observation: observation, context: context)
            if open.isEmpty { break }
            var asked = 0
            for inquiry in open {
                switch inquiry {
                case .instance(let reference):
                    observation.instances[reference] = world.instances[reference]
                    asked += 1
                case .projectAddresses: observation.projectAddresses = world.projectAddresses
                case .lookup(let reference): observation.lookups[reference] = .known(.gone)
                }
            }
            rounds.append(asked)
        }
        return Outcome(plan: Planner.plan(policy: policy, observation: observation, context: context), rounds: rounds)
    }

    /// `count` older nodes, each on a static Address of its own that the policy never had, and a newer one on an ephemeral address; one
    /// Address is free.
    private func keepers(_ count: Int, isShown: Bool) -> World {
        let own = (1...count).map { Fixture.address(100 + $0, heldBy: $0, labels: [:]) }
        let nodes =
            (1...count).map { Fixture.node($0, externalIPs: isShown ? [Fixture.reservedIP(100 + $0)] : nil) } + [Fixture.node(count + 1)]
        let instances = (1...count).map { Fixture.instance($0, natIP: Fixture.reservedIP(100 + $0)) } + [Fixture.instance(count + 1)]
        return World(
            Fixture.observation(addresses: [Fixture.address(1)], nodes: nodes, rules: [Fixture.ownRule(1)]), instances: instances,
            listed: [Fixture.address(1)] + own)
    }

    @Test func `a node behind one that waits for its Address to be admitted waits as well, and nothing is unknown`() {
        var policy = Fixture.policy()
        policy.nodes?.maxConcurrentSwaps = 1
        var (awaited, admitted) = (Fixture.address(1), Fixture.address(2))
        awaited.networkTier = .premium
        admitted.networkTier = .standard
        let world = World(
            Fixture.observation(addresses: [awaited, admitted], nodes: [Fixture.node(1), Fixture.node(2)], rules: [Fixture.ownRule(2)]),
            instances: [Fixture.instance(1), Fixture.instance(2)], listed: [awaited, admitted])
        let outcome = talk(world, policy)
        #expect(outcome.plan.unknowns.isEmpty)
        #expect([1, 2].map(outcome.state) == Array(repeating: .waiting(.notAdmitted(awaited.reference, [Fixture.group])), count: 2))
    }

    @Test
    func
        `nodes that keep their static addresses hide none behind them, and are read once their list is known only where it leaves a doubt`()
    {
        let outcome = talk(keepers(45, isShown: true))
        #expect(outcome.plan.swaps.map(\.node.name) == ["node-46"])
        #expect(outcome.rounds == [1, 0, 1])
        #expect(outcome.state(45) == .waiting(.exhausted(region: "europe-west1", reserved: 1, otherTier: 0)))
    }

    @Test func `the same where Kubernetes does not show what they hold: ever more are read at a time`() {
        let outcome = talk(keepers(45, isShown: false))
        #expect(outcome.plan.swaps.map(\.node.name) == ["node-46"])
        #expect(outcome.rounds.count <= 9 && outcome.rounds.reduce(0, +) <= 46)
    }

    @Test func `what Kubernetes shows is no proof by itself`() {
        var world = keepers(1, isShown: true)
        world.projectAddresses = .known(
            AddressListing(addresses: [Fixture.address(1), Fixture.address(101, labels: [:])], unknownRegions: [:]))
        world.instances[Fixture.instanceReference(1)] = .known(Fixture.instance(1))
        world.observation.nodes = .known([Fixture.node(1, externalIPs: [Fixture.reservedIP(101)])])
        #expect(talk(world).plan.swaps.map(\.node.name) == ["node-1"])
    }

    @Test func `nor is a user of a second interface`() {
        var world = keepers(2, isShown: true)
        world.instances[Fixture.instanceReference(2)] = .known(Fixture.instance(2))
        world.observation.nodes = .known(
            (1...3).map { Fixture.node($0, externalIPs: [Fixture.ephemeralIP($0)] + ($0 < 3 ? [Fixture.reservedIP(100 + $0)] : [])) })
        #expect(talk(world).plan.swaps.map(\.node.name) == ["node-2"])
    }

    @Test func `a node on an Address that left the reserved set is asked for like any other`() {
        var world = keepers(2, isShown: true)
        world.observation.groups[Fixture.group] = .known(
            SecurityGroup(reference: Fixture.group, rules: [Fixture.ownRule(1), Fixture.ownRule(102)]))
        #expect(talk(world).plan.swaps.map(\.node.name) == ["node-2"])
    }

    @Test(arguments: [60, 1500]) func `nodes of the other tier hide none behind them either`(count: Int) {
        let world = World(
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: (1...count + 1).map { Fixture.node($0) }, rules: [Fixture.ownRule(1)]),
            instances: (1...count).map { Fixture.instance($0, tier: .standard) } + [Fixture.instance(count + 1)],
            listed: [Fixture.address(1)])
        let outcome = talk(world, Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 1)))
        #expect(outcome.plan.swaps.map(\.node.name) == ["node-\(count + 1)"])
        #expect(outcome.rounds.count < Inquiry.roundLimit / 2)
        #expect(outcome.rounds.allSatisfy { $0 <= Inquiry.batchLimit })
    }

    @Test func `instances that can't be read are no reason to ask for ever more`() {
        var world = keepers(45, isShown: false)
        for number in 1...45 { world.instances[Fixture.instanceReference(number)] = .unknown(Unknown(.failed, "503")) }
        #expect(talk(world).rounds.allSatisfy { $0 <= 1 })
    }

    @Test func `where each node turns out fit, no more are read than Addresses are free`() {
        let world = World(
            Fixture.observation(
                addresses: (1...9).map { Fixture.address($0) }, nodes: (1...9).map { Fixture.node($0) },
                rules: (1...9).map { Fixture.ownRule($0) }),
            instances: (1...9).map { Fixture.instance($0) }, listed: (1...9).map { Fixture.address($0) })
        let outcome = talk(world)
        #expect(outcome.rounds == [9, 0])
        #expect(outcome.plan.swaps.count == 9)
    }

    @Test func `a claim that can't be read takes no other's place`() {
        var odd = Fixture.node(1)
        odd.annotations[Node.Annotation.claim] = "{"
        let world = World(
            Fixture.observation(addresses: [Fixture.address(1)], nodes: [odd, Fixture.node(2)], rules: [Fixture.ownRule(1)]),
            instances: (1...2).map { Fixture.instance($0) }, listed: [Fixture.address(1)])
        let outcome = talk(world)
        #expect(outcome.rounds == [1, 0])
        #expect(outcome.plan.swaps.map(\.node.name) == ["node-2"])
    }
}

/// Why a node whose instance was not asked for waits: what holds for it, whatever its instance would say.
@Suite struct UnreadNodeTests {
    private func state(
        addresses: Int, maxConcurrentSwaps: Int = 16, rules: ClosedRange<Int> = 1...9, read: ClosedRange<Int> = 1...2,
        isProven: Bool = true,
        _ change: (inout Observation) -> Void = { _ in }
    ) -> (state: NodeState?, plan: Plan) {
        var observation = Fixture.observation(
            addresses: (1...addresses).map { Fixture.address($0) }, nodes: (1...3).map { Fixture.node($0) },
            rules: rules.map { Fixture.ownRule($0) },
            instances: read.map { Fixture.instance($0) }, projectAddresses: (1...addresses).map { Fixture.address($0) })
        change(&observation)
        var context = Fixture.context()
        context.isProven = isProven
        let policy = Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: maxConcurrentSwaps))
        let plan = Planner.plan(policy: policy, observation: observation, context: context)
        return (plan.nodes.last?.state, plan)
    }

    @Test func `the free Addresses go to others`() {
        #expect(state(addresses: 2).state == .waiting(.exhausted(region: "europe-west1", reserved: 2, otherTier: 0)))
    }

    @Test func `as many swaps as may run are under way`() {
        #expect(state(addresses: 3, maxConcurrentSwaps: 2).state == .waiting(.concurrency(limit: 2)))
    }

    @Test func `none that is free is admitted`() {
        #expect(state(addresses: 3, rules: 1...2).state == .waiting(.notAdmitted(Fixture.address(3).reference, [Fixture.group])))
    }

    @Test func `the first swap goes alone`() {
        #expect(state(addresses: 3, isProven: false).state == .waiting(.firstSwap))
    }

    @Test func `the project's list tells that it keeps what it holds`() {
        let result = state(addresses: 3) {
            $0.projectAddresses = .known(
                AddressListing(
                    addresses: (1...3).map { Fixture.address($0) } + [Fixture.address(50, heldBy: 3, labels: [:])], unknownRegions: [:]))
            $0.nodes = .known([Fixture.node(1), Fixture.node(2), Fixture.node(3, externalIPs: [Fixture.reservedIP(50)])])
        }
        #expect(result.state == .waiting(.otherStaticAddress(Fixture.address(50).reference)))
        #expect(result.plan.unknowns.isEmpty)
    }

    @Test func `the project's list can't be read`() {
        let unknown = Unknown(.failed, "503")
        #expect(state(addresses: 3) { $0.projectAddresses = .unknown(unknown) }.state == .waiting(.unknown(unknown)))
        let region = state(addresses: 3) {
            $0.projectAddresses = .known(AddressListing(addresses: [], unknownRegions: ["europe-west1": unknown]))
        }
        #expect(region.state == .waiting(.unknown(Unknown(.failed, "region europe-west1: 503"))))
    }

    @Test func `a plan that lacks its reading says so, and is not empty`() {
        let result = state(addresses: 3, read: 1...1) { $0.nodes = .known([Fixture.node(3)]) }
        guard case .waiting(.unknown(let unknown)) = result.state else {
            return #expect(Bool(false), "\(String(describing: result.state))")
        }
        #expect(unknown.message.contains("was not read in this pass"))
        #expect(!result.plan.isEmpty)
        #expect(result.plan.unknowns == [unknown])
    }
}

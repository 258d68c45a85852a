import Fixtures
import Model
import Planning
import Testing

/// What is planned for one security group: rules 1, 3, 4 and 5 of the plan.
@Suite struct GroupPlanTests {
    private func plan(_ policy: Whitelist, _ observation: Observation, _ context: PlanningContext = Fixture.context()) -> GroupPlan {
        Planner.plan(policy: policy, observation: observation, context: context).groups[0]
    }

    private func plan(_ observation: Observation, _ context: PlanningContext = Fixture.context()) -> GroupPlan {
        plan(Fixture.policy(nodes: nil), observation, context)
    }

    private func revoked(_ plan: GroupPlan) -> [String] { plan.revocations.map(\.rule.id) }
    private func held(_ plan: GroupPlan) -> [String: Hold] {
        Dictionary(uniqueKeysWithValues: plan.held.map { ($0.revocation.rule.id, $0.hold) })
    }

    @Test func `an exact group needs nothing`() {
        let result = Planner.plan(
            policy: Fixture.policy(nodes: nil),
            observation: Fixture.observation(
                addresses: [Fixture.address(1), Fixture.address(2)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)]),
            context: Fixture.context())
        #expect(result.isEmpty)
        #expect(result.groups[0].admitted == [Fixture.address(1).cidr, Fixture.address(2).cidr])
    }

    @Test func `missing addresses are authorized with a description that names the policy and the Address`() {
        let group = plan(Fixture.observation(addresses: [Fixture.address(1), Fixture.address(2)], rules: [Fixture.ownRule(2)]))
        #expect(group.authorizations.map(\.permission.cidr.description) == ["203.0.113.1/32"])
        #expect(group.authorizations[0].permission.description == "drawbridge:orders-db acme-prod/europe-west1/egress-1#5001")
    }

    @Test func `a rule by hand for a reserved address admits it as well as one of our own`() {
        let group = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.rule("sgr-1", "203.0.113.1/32")]))
        #expect(group.isConverged && group.held.isEmpty)
    }

    @Test func `a block that reserved addresses fill without a gap admits just these`() {
        let addresses = [Fixture.address(2), Fixture.address(3)]
        let exact = plan(Fixture.observation(addresses: addresses, rules: [Fixture.rule("sgr-1", "203.0.113.2/31")]))
        #expect(exact.isConverged && exact.admitted.count == 2)
        let lossy = plan(Fixture.observation(addresses: addresses, rules: [Fixture.rule("sgr-1", "203.0.113.0/30")]))
        #expect(lossy.authorizations.count == 2)
        #expect(revoked(lossy) == ["sgr-1"])
    }

    @Test func `a wide rule does not admit, and goes`() {
        let group = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.rule("sgr-wide", "0.0.0.0/0")]))
        #expect(group.admitted.isEmpty)
        #expect(group.authorizations.count == 1)
        #expect(revoked(group) == ["sgr-wide"])
    }

    @Test(arguments: [
        Fixture.rule("sgr-x", "0.0.0.0/0", from: nil, to: nil, protocol: .all),
        Fixture.rule("sgr-x", "192.0.2.0/24", from: 5000, to: 6000),
        Fixture.rule("sgr-x", "::/0", from: 0, to: 65_535),
    ])
    func `a foreign rule that admits more than the managed ports is held for approval`(_ rule: SecurityGroupRule) {
        let group = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), rule]))
        #expect(held(group) == ["sgr-x": .unmanagedPorts])
        #expect(group.revocations.isEmpty)
    }

    @Test(arguments: [
        SecurityGroupRule.Source.securityGroup("sg-0123456789abcdef0", userID: nil), .prefixList("pl-0123456789abcdef0"),
    ])
    func `a foreign group or prefix list is held for approval, and free once approved`(_ source: SecurityGroupRule.Source) {
        let rule = SecurityGroupRule(id: "sgr-x", traffic: Traffic(Fixture.postgres), source: source, description: "")
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), rule])
        let before = Planner.plan(policy: Fixture.policy(nodes: nil), observation: observation, context: Fixture.context())
        #expect(held(before.groups[0]) == ["sgr-x": .indirectSource])
        let approval = before.approval
        let after = plan(observation, Fixture.context(approved: Set(approval?.rules ?? [])))
        #expect(revoked(after) == ["sgr-x"])
    }

    @Test func `rules of other ports are out of scope`() {
        let rules = [
            Fixture.ownRule(1), Fixture.rule("sgr-ssh", "0.0.0.0/0", from: 22), Fixture.rule("sgr-udp", "0.0.0.0/0", protocol: .udp),
        ]
        let group = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: rules))
        #expect(group.isConverged && group.held.isEmpty)
        #expect(group.standing(where: { $0 == .outOfScope }).map(\.id) == ["sgr-ssh", "sgr-udp"])
    }

    @Test func `in scope group every inbound rule counts but those of other policies' ports`() {
        let rules = [
            Fixture.ownRule(1), Fixture.rule("sgr-ssh", "192.0.2.1/32", from: 22), Fixture.rule("sgr-other", "192.0.2.2/32", from: 6432),
        ]
        let group = plan(
            Fixture.policy(nodes: nil, scope: .group), Fixture.observation(addresses: [Fixture.address(1)], rules: rules),
            Fixture.context(otherPorts: [ManagedPort(protocol: .tcp, ports: 6432...6432)]))
        #expect(revoked(group) == ["sgr-ssh"])
        #expect(group.standing(where: { $0 == .outOfScope }).map(\.id) == ["sgr-other"])
    }

    @Test func `what lies in a keep entry is left alone, and does not admit`() {
        let keep = Whitelist.Group.Keep.cidr(CIDR(masking: "10.0.0.0/16")!)
        let rules = [
            Fixture.ownRule(1), Fixture.rule("sgr-in", "10.0.5.0/24"), Fixture.rule("sgr-out", "10.0.0.0/8"),
            Fixture.rule("sgr-eq", "10.0.0.0/16"),
        ]
        let group = plan(Fixture.policy(nodes: nil, keep: [keep]), Fixture.observation(addresses: [Fixture.address(1)], rules: rules))
        #expect(group.standing(where: { $0 == .kept(keep) }).map(\.id) == ["sgr-eq", "sgr-in"])
        #expect(revoked(group) == ["sgr-out"])
    }

    @Test func `a reserved address beneath a keep entry is still authorized by itself`() {
        let keep = Whitelist.Group.Keep.cidr(CIDR(masking: "203.0.113.0/24")!)
        let group = plan(
            Fixture.policy(nodes: nil, keep: [keep]),
            Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.rule("sgr-k", "203.0.113.0/24")]))
        #expect(group.authorizations.map(\.address.name) == ["egress-1"])
        #expect(group.revocations.isEmpty && group.held.isEmpty)
    }

    @Test func `another owner's rules are only reported`() {
        let rule = Fixture.ownRule(7, policy: "billing-db")
        let group = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), rule]))
        #expect(group.standing(where: { $0 == .otherOwner("billing-db") }) == [rule])
        #expect(group.isConverged && group.held.isEmpty)
    }

    @Test func `foreign rules are only reported when the policy says so, and our own stale ones still go`() {
        let rules = [Fixture.ownRule(1), Fixture.ownRule(2), Fixture.rule("sgr-hand", "192.0.2.7/32")]
        let group = plan(
            Fixture.policy(nodes: nil, foreignRules: .report), Fixture.observation(addresses: [Fixture.address(1)], rules: rules))
        #expect(group.standing(where: { $0 == .foreign }).map(\.id) == ["sgr-hand"])
        #expect(revoked(group) == ["sgr-own2"])
    }

    @Test(arguments: [
        Fixture.rule("sgr-x", "192.0.9.0/24", from: nil, to: nil, protocol: .all),
        Fixture.rule("sgr-x", "192.0.9.1/32", from: 22, to: 5432),
    ])
    func `a copied description makes no rule our own`(_ copied: SecurityGroupRule) {
        var rule = copied
        rule.description = Fixture.ownRule(9).description
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), rule], projectAddresses: [Fixture.address(1)],
            lookups: [Fixture.address(9).reference: .gone])
        #expect(held(plan(observation)) == ["sgr-x": .unmanagedPorts])
    }

    // MARK: Unknown is not empty

    @Test func `an unknown reserved set revokes nothing`() {
        var observation = Fixture.observation(addresses: [], rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "192.0.2.7/32")])
        observation.addresses = .unknown(Unknown(.denied, "compute addresses.aggregatedList: 403"))
        let group = plan(observation)
        #expect(group.authorizations.isEmpty && group.revocations.isEmpty)
        #expect(group.held.count == 2)
    }

    @Test func `one unknown region holds every revoke, but not the additions`() {
        var observation = Fixture.observation(addresses: [], rules: [Fixture.rule("sgr-1", "192.0.2.7/32")])
        observation.addresses = .known(
            AddressListing(addresses: [Fixture.address(1)], unknownRegions: ["us-east1": Unknown(.partial, "UNREACHABLE")]))
        let group = plan(observation)
        #expect(group.authorizations.count == 1)
        #expect(group.revocations.isEmpty)
        guard case .unknown = held(group)["sgr-1"] else {
            Issue.record("held for another reason: \(held(group))")
            return
        }
    }

    @Test func `unknown nodes hold the revokes of what they might hold`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)])
        observation.nodes = .unknown(Unknown(.failed, "kubernetes list nodes: timeout"))
        let group = plan(Fixture.policy(), observation)
        #expect(group.revocations.isEmpty)
        #expect(group.held.count == 1)
    }

    @Test func `a group that can't be read has no plan and says why`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)])
        observation.groups[Fixture.group] = .unknown(Unknown(.missing, "no such group"))
        let result = Planner.plan(policy: Fixture.policy(nodes: nil), observation: observation, context: Fixture.context())
        #expect(result.changes.isEmpty)
        #expect(!result.isEmpty)
        #expect(result.unknowns.map(\.cause) == [.missing])
    }

    @Test func `an empty reserved set revokes nothing unless allowed`() {
        let observation = Fixture.observation(addresses: [], rules: [Fixture.ownRule(1)])
        #expect(held(plan(observation)) == ["sgr-own1": .emptyReservedSet])
        #expect(revoked(plan(Fixture.policy(nodes: nil, allowEmpty: true), observation)) == ["sgr-own1"])
    }

    // MARK: Brakes

    @Test func `the brake counts what is pending over half of what is admitted`() {
        let foreign = (1...3).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") }
        let few = plan(
            Fixture.observation(addresses: (1...3).map { Fixture.address($0) }, rules: (1...3).map { Fixture.ownRule($0) } + foreign))
        #expect(few.revocations.count == 3)
        let many = plan(Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)] + foreign))
        #expect(many.revocations.isEmpty)
        #expect(Set(held(many).values) == [.brake(pending: 3, limit: 2)])
    }

    @Test func `the limit is the same before the additions as after`() {
        let foreign = (1...3).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") }
        let addresses = (1...3).map { Fixture.address($0) }
        let before = plan(Fixture.observation(addresses: addresses, rules: foreign))
        let after = plan(Fixture.observation(addresses: addresses, rules: foreign + (1...3).map { Fixture.ownRule($0) }))
        #expect(revoked(before) == revoked(after))
    }

    @Test func `one revocation always goes`() {
        let group = plan(
            Fixture.policy(nodes: nil, maxRevocations: 0),
            Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)]))
        #expect(revoked(group) == ["sgr-own2"])
    }

    @Test func `fifty addresses replaced at once are held, and one digest frees exactly them`() throws {
        let policy = Fixture.policy(nodes: nil, ruleQuota: 200)
        let observation = Fixture.observation(
            addresses: (51...100).map { Fixture.address($0) }, rules: (1...50).map { Fixture.ownRule($0) })
        let first = Planner.plan(policy: policy, observation: observation, context: Fixture.context())
        #expect(first.groups[0].authorizations.count == 50)
        #expect(Set(held(first.groups[0]).values) == [.brake(pending: 50, limit: 10)])
        let approval = try #require(first.approval)
        #expect(approval.rules.count == 50)
        let approved = Planner.plan(policy: policy, observation: observation, context: Fixture.context(approved: Set(approval.rules)))
        #expect(approved.groups[0].revocations.count == 50)
        var more = observation
        more.groups[Fixture.group] = .known(
            SecurityGroup(reference: Fixture.group, rules: (1...50).map { Fixture.ownRule($0) } + [Fixture.rule("sgr-new", "192.0.2.9/32")])
        )
        let other = Planner.plan(policy: policy, observation: more, context: Fixture.context(approved: Set(approval.rules)))
        #expect(held(other.groups[0]).keys.sorted() == ["sgr-new"])
        #expect(other.approval?.digest != approval.digest)
    }

    @Test func `an approval is for a rule as it was read`() {
        let rule = Fixture.rule("sgr-x", "192.0.2.0/24", from: 5000, to: 6000)
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), rule])
        let approval = Planner.plan(policy: Fixture.policy(nodes: nil), observation: observation, context: Fixture.context()).approval
        var changed = observation
        let edited = Fixture.rule("sgr-x", "192.0.0.0/16", from: 5000, to: 6000)
        changed.groups[Fixture.group] = .known(SecurityGroup(reference: Fixture.group, rules: [Fixture.ownRule(1), edited]))
        #expect(held(plan(changed, Fixture.context(approved: Set(approval?.rules ?? [])))) == ["sgr-x": .unmanagedPorts])
    }

    // MARK: Releases

    private func releaseObservation(project: [Address], lookup: AddressLookup?, count: Int = 1) -> Observation {
        Fixture.observation(
            addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)] + (20..<20 + count).map { Fixture.ownRule($0) },
            projectAddresses: project,
            lookups: lookup.map { answer in
                Dictionary(uniqueKeysWithValues: (20..<20 + count).map { (Fixture.address($0).reference, answer) })
            } ?? [:])
    }

    @Test func `a confirmed release goes at once, brake or no brake`() {
        let group = plan(releaseObservation(project: [Fixture.address(1)], lookup: .gone, count: 12))
        #expect(group.revocations.count == 12)
        #expect(group.revocations.allSatisfy { $0.reason == .confirmedRelease })
    }

    @Test func `a release is not confirmed by half the evidence`() {
        let brake = Hold.brake(pending: 12, limit: 6)
        let unlabelled = (20..<32).map { Fixture.address($0, labels: [:]) }
        // Still in the project, under whatever labels or name.
        #expect(Set(held(plan(releaseObservation(project: [Fixture.address(1)] + unlabelled, lookup: .gone, count: 12))).values) == [brake])
        // Not looked up.
        #expect(Set(held(plan(releaseObservation(project: [Fixture.address(1)], lookup: nil, count: 12))).values) == [brake])
        // The list of the project was not complete.
        var partial = releaseObservation(project: [], lookup: .gone, count: 12)
        partial.projectAddresses = .known(
            AddressListing(addresses: [Fixture.address(1)], unknownRegions: ["us-east1": Unknown(.partial, "UNREACHABLE")]))
        #expect(Set(held(plan(partial)).values) == [brake])
    }

    @Test func `a release is confirmed by another id or address under the name, and not by the same`() {
        var other = Fixture.address(20, id: "9999")
        other.ip = Fixture.reservedIP(77)
        #expect(
            plan(releaseObservation(project: [Fixture.address(1), other], lookup: .found(other))).revocations.map(\.reason) == [
                .confirmedRelease
            ])
        let same = Fixture.address(20)
        #expect(plan(releaseObservation(project: [Fixture.address(1)], lookup: .found(same))).revocations.map(\.reason) == [.stale])
    }

    @Test func `a policy pointed at another project confirms nothing`() {
        var policy = Fixture.policy(nodes: nil)
        policy.addresses.project = "acme-test"
        var moved = Fixture.address(1)
        moved.reference.project = "acme-test"
        moved.ip = Fixture.reservedIP(99)
        let observation = Fixture.observation(
            addresses: [moved], rules: (1...12).map { Fixture.ownRule($0) }, projectAddresses: [moved],
            lookups: Dictionary(uniqueKeysWithValues: (1...12).map { (Fixture.address($0).reference, AddressLookup.gone) }))
        let group = plan(policy, observation)
        #expect(group.revocations.isEmpty)
        #expect(group.held.count == 12)
    }

    // MARK: What pool nodes hold

    @Test func `an address that left the set while a node holds it is not revoked`() {
        let observation = Fixture.observation(
            addresses: [], nodes: [Fixture.node(1, externalIPs: [Fixture.reservedIP(2)])], rules: [Fixture.ownRule(1), Fixture.ownRule(2)])
        var with = observation
        with.addresses = .known(AddressListing(addresses: [Fixture.address(1, heldBy: 9)], unknownRegions: [:]))
        #expect(held(plan(Fixture.policy(), with)) == ["sgr-own2": .inUse(["node-1"])])
    }

    @Test func `a rule by hand for a node's ephemeral address stays until the node has moved`() {
        let rules = [Fixture.ownRule(1), Fixture.rule("sgr-hand", "198.51.100.1/32")]
        let before = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: rules, instances: [Fixture.instance(1)])
        #expect(held(plan(Fixture.policy(), before)) == ["sgr-hand": .inUse(["node-1"])])
        // Kubernetes still shows the old address; GCE says that the node holds the reserved one.
        let after = Fixture.observation(addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: rules)
        #expect(revoked(plan(Fixture.policy(), after)) == ["sgr-hand"])
    }

    @Test func `what waits for nodes counts for the brake, so nothing trickles past it`() {
        let nodes = (1...12).map { Fixture.node($0) }
        let rules = [Fixture.ownRule(1)] + (1...12).map { Fixture.rule("sgr-\($0)", "198.51.100.\($0)/32") }
        var observation = Fixture.observation(addresses: [Fixture.address(1, heldBy: 12)], nodes: nodes, rules: rules)
        observation.nodes = .known(nodes)
        let group = plan(Fixture.policy(), observation)
        #expect(group.revocations.isEmpty)
        #expect(held(group)["sgr-12"] == .brake(pending: 12, limit: 6))
        #expect(held(group)["sgr-1"] == .inUse(["node-1"]))
    }

    @Test func `an approval's digest stays the same while nodes move, and covers what waits for them`() throws {
        let rules = (1...2).map { Fixture.ownRule($0) } + (1...12).map { Fixture.rule("sgr-\($0)", "198.51.100.\($0)/32") }
        func plan(moved: Bool) -> Plan {
            let addresses = [Fixture.address(1, heldBy: moved ? 12 : nil), Fixture.address(2, heldBy: 99)]
            let observation = Fixture.observation(addresses: addresses, nodes: [Fixture.node(12)], rules: rules)
            return Planner.plan(policy: Fixture.policy(), observation: observation, context: Fixture.context())
        }
        let before = plan(moved: false)
        #expect(held(before.groups[0])["sgr-12"] == .inUse(["node-12"]))
        let approval = try #require(before.approval)
        #expect(approval.rules.count == 12)
        #expect(plan(moved: true).approval == approval)
        let observation = Fixture.observation(addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(12)], rules: rules)
        let approved = Planner.plan(
            policy: Fixture.policy(), observation: observation, context: Fixture.context(approved: Set(approval.rules)))
        #expect(held(approved.groups[0]) == ["sgr-12": .inUse(["node-12"])], "what a node depends on waits for it, approved or not")
        #expect(approved.approval == nil)
    }

    // MARK: Quota

    @Test func `at the quota stale rules make room, no more than needed`() {
        let policy = Fixture.policy(nodes: nil, ruleQuota: 10)
        let rules = (1...10).map { Fixture.ownRule($0) }
        let group = plan(policy, Fixture.observation(addresses: (1...8).map { Fixture.address($0) } + [Fixture.address(11)], rules: rules))
        #expect(group.roomMaking.count == 1)
        #expect(revoked(group) == ["sgr-own10", "sgr-own9"])
        #expect(group.authorizations.map(\.address.name) == ["egress-11"])
        #expect(group.quota.first == QuotaUse(family: .v4, before: 10, after: 9, limit: 10))
    }

    @Test func `where nothing may make room what does not fit is named, nodes' own addresses first`() {
        let policy = Fixture.policy(ruleQuota: 3)
        let kept = Whitelist.Group.Keep.cidr(CIDR(masking: "10.0.0.0/8")!)
        var keeping = policy
        keeping.securityGroups[0].keep = [kept]
        let group = plan(
            keeping,
            Fixture.observation(
                addresses: [Fixture.address(1), Fixture.address(2), Fixture.address(3, heldBy: 3)], nodes: [Fixture.node(3)],
                rules: [Fixture.rule("sgr-a", "10.1.0.0/16"), Fixture.rule("sgr-b", "10.2.0.0/16")]))
        #expect(group.authorizations.map(\.address.name) == ["egress-3"])
        #expect(group.withoutRoom.map(\.name) == ["egress-1", "egress-2"])
        #expect(group.quotaText(approval: nil).contains("2 of 3"))
        #expect(!group.isConverged)
    }

    @Test func `a wide rule never makes room, and waits for the addresses that found none`() {
        let policy = Fixture.policy(nodes: nil, ruleQuota: 1)
        let group = plan(policy, Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.rule("sgr-wide", "0.0.0.0/0")]))
        #expect(group.roomMaking.isEmpty && group.authorizations.isEmpty)
        #expect(held(group) == ["sgr-wide": .notReadBack([Fixture.address(1).cidr])])
    }

    @Test func `several ports need a rule each, and only all of them admit`() {
        let policy = Fixture.policy(nodes: nil, ports: [Fixture.postgres, ManagedPort(protocol: .tcp, ports: 6432...6433)])
        let group = plan(policy, Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)]))
        #expect(group.admitted.isEmpty)
        #expect(group.authorizations.map(\.permission.traffic.description) == ["tcp/6432-6433"])
    }
}

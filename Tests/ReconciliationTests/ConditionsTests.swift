import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

@Suite struct `The lasting conditions of a plan` {
    private static let failed = Unknown(.failed, "compute addresses.aggregatedList on acme-prod: 503")

    private func notices(
        _ observation: Observation, policy: Whitelist = Fixture.policy(), context: PlanningContext = Fixture.context()
    ) -> [Notice] {
        Conditions.of(Planner.plan(policy: policy, observation: observation, context: context), policy: policy).map(\.notice)
    }

    @Test(arguments: [Whitelist.Group.ForeignRules.revoke, .report])
    func `of a reserved set that can't be read nothing but that is said`(foreignRules: Whitelist.Group.ForeignRules) {
        var observation = Fixture.observation(
            addresses: [], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "203.0.113.2/32")])
        observation.addresses = .unknown(Self.failed)
        let notices = notices(observation, policy: Fixture.policy(foreignRules: foreignRules))
        #expect(notices.map(\.kind) == [.readingUnknown])
        #expect(notices.allSatisfy { $0.message.contains(Self.failed.message) })
    }

    @Test func `a node that can't be read is not called one without an address`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        #expect(notices(observation).contains { $0.kind == .addressUnbound })
        observation.instances[Fixture.instanceReference(1)] = .unknown(Self.failed)
        #expect(!notices(observation).contains { $0.kind == .nodeUnassigned })
        #expect(notices(observation).contains { $0.kind == .readingUnknown })
    }

    @Test func `of a group that can't be read it is not said that it does not admit`() throws {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], instances: [Fixture.instance(1)])
        let known = try #require(notices(observation).first { $0.kind == .nodeUnassigned })
        #expect(known.message.hasSuffix("egress-1 is free, but not yet admitted in \(Fixture.group)"))
        observation.groups[Fixture.group] = .unknown(Self.failed)
        let unknown = try #require(notices(observation).first { $0.kind == .nodeUnassigned })
        #expect(unknown.message.hasSuffix("egress-1 is free, but it is not known whether \(Fixture.group) admits it"))
    }

    @Test func `what is held without a failed reading is still told, once for the group`() throws {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1, users: [.other("a router")])], nodes: [Fixture.node(1, externalIPs: [])],
            rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "192.0.2.1/32"), Fixture.rule("sgr-2", "192.0.2.2/32")])
        let found = notices(observation).filter { $0.kind == .readingUnknown || $0.kind == .revocationHeld }
        let notice = try #require(found.first)
        #expect(found.count == 1 && notice.subject == "\(Fixture.group.id)/held")
        #expect(
            notice.message
                == "not known whether sgr-1, sgr-2 in \(Fixture.group) are to stay: the external addresses of node-1 are not known")
    }

    @Test(arguments: [1, 2]) func `revocations are counted in words that fit`(count: Int) throws {
        let lists = (1...count).map {
            SecurityGroupRule(id: "sgr-\($0)", traffic: Traffic(Fixture.postgres), source: .prefixList("pl-\($0)"), description: "")
        }
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)] + lists)
        let notice = try #require(notices(observation, policy: Fixture.policy(nodes: nil)).first { $0.kind == .heldForApproval })
        #expect(notice.message.hasPrefix(count == 1 ? "1 revocation is held for approval: " : "2 revocations are held for approval: "))
        #expect(notice.message.contains(count == 1 ? "then free it with" : "then free them with"))
    }

    struct Open: Sendable {
        var cidr = "0.0.0.0/0"
        var policy = Fixture.policy(nodes: nil)
        var node: Node?
        var others: [SecurityGroupRule] = []
        var isKnown = true
        var why: String
    }

    @Test(arguments: [
        Open(
            cidr: "::/0", policy: Fixture.policy(), node: Fixture.node(1, externalIPs: [IPAddress("2001:db8::1")!]),
            why: "it is due to be revoked, and held: a pool node depends on it and must move to another address first: node-1"),
        Open(
            policy: Fixture.policy(nodes: nil, maxRevocations: 1), others: [Fixture.rule("sgr-1", "192.0.2.1/32")],
            why: "it is due to be revoked, and held for approval: 2 revocations are pending, and at most 1 goes without approval"),
        Open(
            isKnown: false,
            why: "it is held, since it is not known whether it is to stay: compute addresses.aggregatedList on acme-prod: 503"),
        Open(
            policy: Fixture.policy(nodes: nil, foreignRules: .report),
            why: "it is a foreign rule, only reported (foreignRules: report)"),
        Open(
            policy: Fixture.policy(nodes: nil, keep: [.cidr(CIDR(masking: "0.0.0.0/0")!)]),
            why: "it is kept, since it lies in the policy's keep {cidr: 0.0.0.0/0}"),
    ])
    func `a group that stays open to everyone is told, and what holds it so`(open: Open) throws {
        var observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: open.node.map { [$0] } ?? [],
            rules: [Fixture.ownRule(1), Fixture.rule("sgr-0", open.cidr), Fixture.rule("sgr-ssh", "0.0.0.0/0", from: 22)] + open.others)
        if !open.isKnown { observation.addresses = .unknown(Self.failed) }
        let found = notices(observation, policy: open.policy).filter { $0.kind == .foreignRule }
        let notice = try #require(found.first)
        #expect(found.count == 1 && notice.subject == "\(Fixture.group.id)/sgr-0/open" && notice.severity == .warning)
        #expect(notice.message == "\(Fixture.group) is OPEN TO EVERYONE through sgr-0 (\(open.cidr) tcp/5432): \(open.why)")
    }

    @Test func `an open rule that is about to go is not told`() {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.rule("sgr-0", "0.0.0.0/0")])
        #expect(notices(observation, policy: Fixture.policy(nodes: nil)) == [])
    }
}

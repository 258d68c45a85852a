import Fixtures
import Model
import Planning
import Testing

@testable import Alerting

@Suite struct `The lasting conditions of a plan` {
    private static let failed = Unknown(.failed, "compute addresses.aggregatedList on acme-prod: 503")

    private func conditions(
        _ observation: Observation, policy: Whitelist = Fixture.policy(), context: PlanningContext = Fixture.context()
    ) -> [Condition] {
        Conditions.of(Planner.plan(policy: policy, observation: observation, context: context), stranded: [], policy: policy).conditions
    }

    @Test(arguments: [Whitelist.Group.ForeignRules.revoke, .report])
    func `of a reserved set that can't be read nothing but that is said`(foreignRules: Whitelist.Group.ForeignRules) {
        var observation = Fixture.observation(
            addresses: [], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "203.0.113.2/32")])
        observation.addresses = .unknown(Self.failed)
        let found = conditions(observation, policy: Fixture.policy(foreignRules: foreignRules))
        #expect(found.map(\.identity.kind) == [.readingUnknown])
        #expect(found.allSatisfy { $0.summary.contains(Self.failed.message) })
    }

    @Test func `a node that can't be read is not called one without an address`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        #expect(conditions(observation).contains { $0.identity.kind == .addressUnbound })
        observation.instances[Fixture.instanceReference(1)] = .unknown(Self.failed)
        #expect(!conditions(observation).contains { $0.identity.kind == .nodeUnassigned })
        #expect(conditions(observation).contains { $0.identity.kind == .readingUnknown })
    }

    @Test func `of a group that can't be read it is not said that it does not admit`() throws {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], instances: [Fixture.instance(1)])
        let known = try #require(conditions(observation).first { $0.identity.kind == .nodeUnassigned })
        #expect(known.summary.hasSuffix("egress-1 is free, but not yet admitted in \(Fixture.group)"))
        observation.groups[Fixture.group] = .unknown(Self.failed)
        let unknown = try #require(conditions(observation).first { $0.identity.kind == .nodeUnassigned })
        #expect(unknown.summary.hasSuffix("egress-1 is free, but it is not known whether \(Fixture.group) admits it"))
    }

    @Test func `what is held without a failed reading is still told, once for the group`() throws {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1, users: [.other("a router")])], nodes: [Fixture.node(1, externalIPs: [])],
            rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "192.0.2.1/32"), Fixture.rule("sgr-2", "192.0.2.2/32")])
        let found = conditions(observation).filter { $0.identity.kind == .readingUnknown || $0.identity.kind == .revocationHeld }
        let notice = try #require(found.first)
        #expect(found.count == 1 && notice.identity.subject == "\(Fixture.group.id)/held")
        #expect(
            notice.summary
                == "not known whether sgr-1, sgr-2 in \(Fixture.group) are to stay: the external addresses of node-1 are not known")
    }

    @Test(arguments: [1, 2]) func `revocations are counted in words that fit`(count: Int) throws {
        let lists = (1...count).map {
            SecurityGroupRule(id: "sgr-\($0)", traffic: Traffic(Fixture.postgres), source: .prefixList("pl-\($0)"), description: "")
        }
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)] + lists)
        let notice = try #require(
            conditions(observation, policy: Fixture.policy(nodes: nil)).first { $0.identity.kind == .heldForApproval })
        #expect(notice.summary.hasPrefix(count == 1 ? "1 revocation is held for approval: " : "2 revocations are held for approval: "))
        #expect(notice.action.contains(count == 1 ? "then free it with" : "then free them with"))
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
        let found = conditions(observation, policy: open.policy).filter { $0.identity.kind == .foreignRule && $0.severity == .critical }
        let notice = try #require(found.first)
        #expect(found.count == 1 && notice.identity.subject == "\(Fixture.group.id)/sgr-0/open" && notice.severity == .critical)
        #expect(notice.summary == "\(Fixture.group) is OPEN TO EVERYONE through sgr-0 (\(open.cidr) tcp/5432, \"by hand\"): \(open.why)")
    }

    @Test func `an open rule that is about to go is told as foreign, not as a door that stays open`() {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.rule("sgr-0", "0.0.0.0/0")])
        let found = conditions(observation, policy: Fixture.policy(nodes: nil))
        #expect(found.map(\.identity) == [AlertIdentity(.foreignRule, policy: "orders-db", subject: "\(Fixture.group.id)/sgr-0")])
        #expect(found.map(\.severity) == [.warning])
        #expect(
            found.first?.summary == "sgr-0 (0.0.0.0/0 tcp/5432, \"by hand\") in \(Fixture.group) is a foreign rule, and is revoked")
    }

    @Test func `a rule's description is shown, not obeyed`() throws {
        let hostile = Fixture.rule("sgr-1", "192.0.2.1/32", description: "a\u{1B}[31m\u{202E}<b>\n")
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), hostile])
        let found = try #require(conditions(observation, policy: Fixture.policy(nodes: nil)).first)
        #expect(found.summary.contains(#""a\u{1b}[31m\u{202e}<b>\u{a}""#))
        #expect(found.labels == ["securityGroup": Fixture.group.id, "region": "eu-west-1", "rule": "sgr-1", "source": "192.0.2.1/32"])
    }

    @Test func `an address that no node holds says what it costs and how to be rid of it`() throws {
        let observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)])
        let found = try #require(conditions(observation).first { $0.identity.kind == .addressUnbound })
        #expect(found.summary.hasSuffix(", tolerated for 15m; unused it costs about $7.30 a month"))
        #expect(found.action.contains("gcloud compute addresses delete egress-1 --region=europe-west1 --project=acme-prod"))
        #expect(found.tolerance == .seconds(900))
    }

    @Test func `nodes that wait for want of addresses are one alert a region`() throws {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: 1)], nodes: [1, 2, 3].map { Fixture.node($0) }, rules: [Fixture.ownRule(1)],
            instances: [Fixture.instance(1, natIP: Fixture.reservedIP(1)), Fixture.instance(2), Fixture.instance(3)],
            projectAddresses: [Fixture.address(1, heldBy: 1)])
        let found = conditions(observation).filter { $0.identity.kind == .poolExhausted }
        #expect(found.map(\.identity.subject) == ["europe-west1"])
        #expect(found.first?.summary.contains("2 nodes in europe-west1 wait for an address, and none of the 1 reserved") == true)
        #expect(conditions(observation).filter { $0.identity.kind == .nodeUnassigned }.count == 2)
    }

    @Test(arguments: [(53, 60, false), (54, 60, true), (56, 60, true), (89, 100, false), (90, 100, true), (5, 10, false), (6, 10, true)])
    func `a quota is near at nine tenths, or with fewer than five rules left`(after: Int, limit: Int, isNear: Bool) {
        #expect(PlanView.isNear(QuotaUse(family: .v4, before: 0, after: after, limit: limit)) == isNear)
    }

    @Test func `a group that is nearly full is told with what is left`() throws {
        let policy = Fixture.policy(nodes: nil, ruleQuota: 12)
        let observation = Fixture.observation(addresses: (1...10).map { Fixture.address($0) }, rules: (1...10).map { Fixture.ownRule($0) })
        let found = conditions(observation, policy: policy).filter { $0.identity.kind == .ruleQuotaNear }
        #expect(found.map(\.identity.subject) == ["\(Fixture.group) IPv4"])
        #expect(found.first?.summary.hasSuffix("10 of 12 inbound IPv4 rules in use once this plan is carried out: room for 2 more") == true)
    }

    @Test func `an Address that was released while its rule stood is told`() throws {
        let gone = Fixture.address(2)
        let observation = Fixture.observation(
            addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(2)],
            projectAddresses: [Fixture.address(1)], lookups: [gone.reference: .gone])
        let found = conditions(observation, policy: Fixture.policy(nodes: nil))
        #expect(found.map(\.identity.kind) == [.addressReleasedWhileAdmitted])
        #expect(found.first?.summary.contains("203.0.113.2/32 was released while sgr-own2 (") == true)
    }

    @Test func `what is refused is told of the API that refuses`() throws {
        var observation = Fixture.observation(addresses: [], rules: [Fixture.ownRule(1)])
        observation.addresses = .unknown(Unknown(.denied, "compute addresses.aggregatedList on acme-prod: 403"))
        observation.groups[Fixture.group] = .unknown(Unknown(.failed, "credentials AWS credentials on this process: no-credentials"))
        let found = conditions(observation, policy: Fixture.policy(nodes: nil)).filter { $0.identity.kind == .credentialsRefused }
        #expect(found.map(\.identity.subject) == ["compute", "credentials"])
    }

    @Test func `a node without an address is critical, and certain only where it was seen`() {
        let plan = Planner.plan(policy: Fixture.policy(), observation: Fixture.observation(addresses: []), context: Fixture.context())
        let found = [true, false].map { isCertain in
            Conditions.of(
                plan, stranded: [StrandedNode(node: Fixture.node(1), isCertain: isCertain, reason: "why")], policy: Fixture.policy()
            ).conditions.first { $0.identity.kind == .nodeWithoutAddress }
        }
        #expect(found.map { $0?.severity } == [.critical, .critical])
        #expect(found.map { $0?.summary } == ["node-1 HAS NO EXTERNAL ADDRESS: why", "node-1 MAY HAVE NO EXTERNAL ADDRESS: why"])
    }

    @Test func `every condition says what to do`() {
        let observation = Fixture.observation(
            addresses: [Fixture.address(1), Fixture.address(2, users: [.other("a router")])], nodes: [Fixture.node(1)],
            rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "0.0.0.0/0")])
        let found = conditions(observation)
        #expect(found.count > 3 && found.allSatisfy { $0.action.count > 10 && !$0.summary.isEmpty })
        #expect(Set(found.map(\.identity)).count == found.count)
    }

    struct Unread: Sendable {
        var change: @Sendable (inout Observation) -> Void
        var frozen: Set<AlertKind>
    }

    @Test(arguments: [
        Unread(change: { $0.addresses = .unknown(failed) }, frozen: [.addressUnbound, .foreignRule, .heldForApproval, .ruleQuotaNear]),
        Unread(change: { $0.nodes = .unknown(failed) }, frozen: [.addressUnbound, .nodeUnassigned, .poolExhausted]),
        Unread(change: { $0.groups[Fixture.group] = .unknown(failed) }, frozen: [.foreignRule, .ruleQuotaNear, .heldForApproval]),
    ])
    func `what could not be read is undetermined`(unread: Unread) {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        unread.change(&observation)
        let plan = Planner.plan(policy: Fixture.policy(), observation: observation, context: Fixture.context())
        let undetermined = Conditions.of(plan, stranded: [], policy: Fixture.policy()).undetermined
        for kind in unread.frozen {
            #expect(undetermined.contains { $0.covers(kind, ["securityGroup": Fixture.group.id, "address": "egress-1"]) }, "\(kind)")
        }
        #expect(!undetermined.contains { $0.covers(.readingUnknown, [:]) || $0.covers(.nodeWithoutAddress, [:]) })
    }
}

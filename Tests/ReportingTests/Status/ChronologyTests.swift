import Fixtures
import Model
import Planning
import Reporting
import Testing

@Suite struct `Since when things are so` {
    private static let rules = [Fixture.ownRule(1), Fixture.ownRule(2)]
    private func plan(held: Int?, rules: [SecurityGroupRule] = rules, _ change: (inout Observation) -> Void = { _ in }) -> Plan {
        var observation = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: held), Fixture.address(2)], nodes: [Fixture.node(1)], rules: rules, instances: [])
        change(&observation)
        return Planner.plan(policy: Fixture.policy(), observation: observation, context: Fixture.context())
    }
    private func at(_ seconds: Int) -> Timestamp { Fixture.start.wall + .seconds(seconds) }
    private func since(_ seconds: Int, atLeast: Bool = false) -> Chronology.Since { .init(at: at(seconds), isAtLeast: atLeast) }

    @Test func `what was there at the first look may be older, what came later is not`() {
        var chronology = Chronology()
        chronology.observe(plan(held: nil), at: at(0))
        chronology.observe(plan(held: nil), at: at(30))
        var current = plan(held: 1)
        chronology.observe(current, at: at(60))
        #expect(chronology.since(current.addresses[0]) == since(60))
        #expect(chronology.since(current.addresses[1]) == since(0, atLeast: true))
        #expect(chronology.since(current.nodes[0]) == since(60))
        #expect(chronology.admittedSince(current.addresses[0]) == since(0, atLeast: true))
        #expect(chronology.since(Self.rules[0], in: Fixture.group, as: "reserved") == since(0, atLeast: true))
        current = plan(held: 1, rules: [Fixture.ownRule(2)])
        chronology.observe(current, at: at(90))
        #expect(chronology.admittedSince(current.addresses[0]) == since(90), "since when it is not admitted")
        chronology.observe(plan(held: 1), at: at(120))
        #expect(chronology.since(Self.rules[0], in: Fixture.group, as: "reserved") == since(120), "it went, and came again")
    }

    @Test func `what could not be read neither begins nor ends anything`() {
        var chronology = Chronology()
        chronology.observe(plan(held: 1), at: at(0))
        let denied = Unknown(.denied, "no")
        chronology.observe(
            plan(held: 1) { observation in
                observation.addresses = .unknown(denied)
                observation.nodes = .unknown(denied)
                observation.groups[Fixture.group] = .unknown(denied)
            }, at: at(30))
        let current = plan(held: 1)
        chronology.observe(current, at: at(60))
        #expect(chronology.since(current.addresses[0]) == since(0, atLeast: true))
        #expect(chronology.since(current.nodes[0]) == since(0, atLeast: true))
        #expect(chronology.admittedSince(current.addresses[0]) == since(0, atLeast: true))
        #expect(chronology.since(Self.rules[0], in: Fixture.group, as: "reserved") == since(0, atLeast: true))
    }

    @Test func `a pass that could not read all, or met trouble, is no success`() {
        var snapshot = PolicySnapshot(policy: Fixture.policy())
        snapshot.passed(1, plan(held: 1), troubles: [], at: at(0))
        snapshot.passed(2, plan(held: 1), troubles: ["throttled"], at: at(30))
        snapshot.passed(3, plan(held: 1) { $0.nodes = .unknown(Unknown(.failed, "no")) }, troubles: [], at: at(60))
        #expect(snapshot.passedAt == at(60) && snapshot.succeededAt == at(0) && snapshot.pass == 3)
    }
}

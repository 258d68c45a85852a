import Fixtures
import Model
import Planning
import Testing

@testable import Alerting

/// Timelines as pools go through them, planned every 30 s, with every transition that they make.
@Suite struct TimelineTests {
    /// From a second on, which node holds which address; 0: it holds an ephemeral one.
    struct Row: Sendable {
        var at: Int
        var nodes: [Int: Int]

        init(_ at: Int, _ nodes: [Int: Int]) {
            self.at = at
            self.nodes = nodes
        }
    }

    struct Timeline: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var addresses = 3
        var rows: [Row]
        var until: Int
        var told: [String]
    }

    private static func observation(_ row: Row, addresses: Int) -> Observation {
        let holders = Dictionary(row.nodes.filter { $0.value > 0 }.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        let all = (1...addresses).map { Fixture.address($0, heldBy: holders[$0]) }
        let nodes = row.nodes.keys.sorted()
        return Fixture.observation(
            addresses: all, nodes: nodes.map { Fixture.node($0) }, rules: (1...addresses).map { Fixture.ownRule($0) },
            instances: nodes.map { number in
                let address = row.nodes[number] ?? 0
                return address == 0 ? Fixture.instance(number) : Fixture.instance(number, natIP: Fixture.reservedIP(address))
            },
            projectAddresses: all)
    }

    @Test(arguments: [
        // Each new node takes over the address of one that leaves, about 90 s after it came; the pool is never wanting for 2 minutes.
        Timeline(
            testDescription: "a surge upgrade of three nodes",
            rows: [
                Row(0, [1: 1, 2: 2, 3: 3]), Row(120, [1: 1, 2: 2, 3: 3, 4: 0]), Row(180, [2: 2, 3: 3, 4: 0]), Row(210, [2: 2, 3: 3, 4: 1]),
                Row(300, [2: 2, 3: 3, 4: 1, 5: 0]), Row(390, [3: 3, 4: 1, 5: 0]), Row(420, [3: 3, 4: 1, 5: 2]),
                Row(510, [3: 3, 4: 1, 5: 2, 6: 0]), Row(600, [4: 1, 5: 2, 6: 0]), Row(630, [4: 1, 5: 2, 6: 3]),
            ], until: 3600, told: []),
        // The same, with a drain that takes its full hour of a PodDisruptionBudget: that is worth a word, once.
        Timeline(
            testDescription: "a surge upgrade whose drain hangs",
            rows: [
                Row(0, [1: 1, 2: 2, 3: 3]), Row(120, [1: 1, 2: 2, 3: 3, 4: 0]), Row(2520, [2: 2, 3: 3, 4: 0]),
                Row(2550, [2: 2, 3: 3, 4: 1]),
            ],
            until: 3600,
            told: [
                "240s fired NodeUnassigned node-4", "240s fired PoolExhausted europe-west1", "2640s resolved NodeUnassigned node-4",
                "2640s resolved PoolExhausted europe-west1",
            ]),
        // A spot node goes, and the one in its place comes three minutes later.
        Timeline(
            testDescription: "preemptions with recreation",
            rows: [
                Row(0, [1: 1, 2: 2, 3: 3]), Row(300, [2: 2, 3: 3]), Row(480, [1: 0, 2: 2, 3: 3]), Row(510, [1: 1, 2: 2, 3: 3]),
                Row(900, [1: 1, 3: 3]), Row(1080, [1: 1, 2: 0, 3: 3]), Row(1110, [1: 1, 2: 2, 3: 3]),
            ], until: 3600, told: []),
        // 16 minutes unbound and a minute bound, again and again: one alert.
        Timeline(
            testDescription: "an address that flaps",
            rows: (0..<5).flatMap { round in [Row(round * 1020, [2: 2, 3: 3]), Row(round * 1020 + 960, [1: 1, 2: 2, 3: 3])] },
            until: 7200,
            told: [
                "900s fired AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-1",
                "4500s repeated AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-1",
                "5160s resolved AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-1",
            ]),
        // 14 minutes unbound and a minute bound: never long enough.
        Timeline(
            testDescription: "an address that is used from time to time",
            rows: (0..<5).flatMap { round in [Row(round * 900, [2: 2, 3: 3]), Row(round * 900 + 840, [1: 1, 2: 2, 3: 3])] },
            until: 7200, told: []),
        Timeline(
            testDescription: "a pool that shrinks for good", rows: [Row(0, [1: 1, 2: 2, 3: 3]), Row(600, [1: 1])], until: 5200,
            told: [
                "1500s fired AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-2",
                "1500s fired AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-3",
                "5100s repeated AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-2",
                "5100s repeated AddressUnbound projects/acme-prod/regions/europe-west1/addresses/egress-3",
            ]),
    ])
    func `a pool's ups and downs are told as they are`(timeline: Timeline) throws {
        var step = BookTranscript()
        let policy = Fixture.policy()
        while step.seconds <= timeline.until {
            let row = try #require(timeline.rows.last { $0.at <= step.seconds })
            var context = Fixture.context()
            context.isProven = true
            let plan = Planner.plan(policy: policy, observation: Self.observation(row, addresses: timeline.addresses), context: context)
            #expect(plan.unknowns.isEmpty)
            let findings = Conditions.of(plan, stranded: [], policy: policy)
            step(.findings(source: policy.name, findings, repeatEvery: .seconds(3600)))
            step.pass(30)
        }
        #expect(step.lines == timeline.told)
    }
}

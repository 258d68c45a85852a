import Fixtures
import Foundation
import Model
import Planning
import Reporting
import Testing

@Suite struct `A saved plan` {
    /// Stands in for SHA-256: any change of a byte changes it.
    private func hash(_ bytes: [UInt8]) -> String {
        let value = bytes.reduce(into: UInt64(0xcbf2_9ce4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return (0..<4).map { String(format: "%016lx", value &+ UInt64($0)) }.joined()
    }

    private let file = Array("kind: Whitelist".utf8)
    private func saved(_ plans: [Plan]) -> SavedPlan { SavedPlan(plans, policyFile: file, hash: hash) }

    @Test(arguments: PlanCases.all.keys.sorted())
    func `comes back from its text as it was`(name: String) throws {
        let plans = try #require(PlanCases.all[name])
        let plan = saved(plans)
        let text = plan.json(hash: hash)
        #expect(text == saved(plans).json(hash: hash))
        let read = try SavedPlan(json: text, hash: hash)
        #expect(read.policies == plan.policies && read.policyFile == plan.policyFile)
        #expect(text.contains(#""class" : "reserved""#) || !plans.contains { !$0.groups.flatMap(\.authorizations).isEmpty })
    }

    @Test func `a changed byte is noticed, wherever it is`() throws {
        let text = saved(try #require(PlanCases.all["first-adoption"])).json(hash: hash)
        let bytes = Array(text.utf8)
        for index in stride(from: 0, to: bytes.count, by: 97) {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            #expect(throws: SavedPlan.Failure.self, "byte \(index)") {
                try SavedPlan(json: String(decoding: changed, as: UTF8.self), hash: hash)
            }
        }
        #expect(throws: SavedPlan.Failure.self) { try SavedPlan(json: String(text.dropLast(200)), hash: hash) }
    }

    @Test(arguments: ["", "{}", "[]", "null", "\n  \"digest\" : \"", "\n  \"digest\" : \"\""])
    func `what is no plan is refused`(text: String) {
        #expect(throws: SavedPlan.Failure.self) { try SavedPlan(json: text, hash: hash) }
    }

    @Test(arguments: PlanCases.all.keys.sorted())
    func `an unchanged world is no obstacle, unless something is not known`(name: String) throws {
        let plans = try #require(PlanCases.all[name])
        let obstacles = saved(plans).obstacles(plans, policyFile: file, hash: hash)
        #expect(obstacles.isEmpty == plans.allSatisfy(\.unknowns.isEmpty))
    }

    private func world(
        addresses: [Address] = [Fixture.address(1, heldBy: 1), Fixture.address(10)], nodes: [Node] = [Fixture.node(1)],
        rules: [SecurityGroupRule] = [Fixture.ownRule(1), Fixture.ownRule(10)], instances: [Instance] = []
    ) -> [Plan] {
        [
            PlanCases.plan(
                Fixture.policy(), Fixture.observation(addresses: addresses, nodes: nodes, rules: rules, instances: instances))
        ]
    }

    private func changes(_ now: [Plan]) -> [String] { saved(world()).obstacles(now, policyFile: file, hash: hash) }

    @Test func `each change of the world is named`() {
        let prefix = "orders-db: "
        #expect(
            changes(world(addresses: [Fixture.address(1, heldBy: 1)])).first == prefix + "Address \(Fixture.address(10).reference) is gone")
        #expect(
            changes(world(addresses: [Fixture.address(1, heldBy: 1), Fixture.address(10), Fixture.address(11)])).first
                == prefix + "Address \(Fixture.address(11).reference) is new")
        #expect(
            changes(world(addresses: [Fixture.address(1, heldBy: 1), Fixture.address(10, labels: ["drawbridge": "orders-db", "a": "b"])]))
                == [prefix + "Address \(Fixture.address(10).reference) has changed"])
        #expect(
            changes(world(nodes: [Fixture.node(1), Fixture.node(2)], instances: [Fixture.instance(2)])).contains(
                prefix + "node node-2 is new"))
        let edited = changes(world(rules: [Fixture.ownRule(1), Fixture.ownRule(10), Fixture.rule("sgr-x", "192.0.2.1/32")]))
        #expect(edited == [prefix + "rule sgr-x of \(Fixture.group) is new"])
    }

    @Test func `another policy file, or other policies, are an obstacle`() {
        #expect(saved(world()).obstacles(world(), policyFile: file + [10], hash: hash).count == 1)
        #expect(saved(world()).obstacles(world() + world(), policyFile: file, hash: hash).count == 1)
    }
}

import Fixtures
import Foundation
import Model
import Planning
import Reporting
import Testing

@Suite struct `An explanation` {
    private func explain(_ subject: String, _ plans: Plan..., change: (inout PolicySnapshot) -> Void = { _ in }) -> Explanation {
        Explainer(Snapshots.controller(plans.map { Snapshots.policy($0, change) })).explain(subject)
    }
    private func text(_ subject: String, _ plans: Plan...) -> String {
        Explainer(Snapshots.controller(plans.map { Snapshots.policy($0) })).explain(subject).text(colored: false)
    }

    @Test(arguments: [
        "egress-1", "203.0.113.1", "203.0.113.1/32", "5001", "address/egress-1",
        "address/projects/acme-prod/regions/europe-west1/addresses/egress-1",
    ])
    func `of an address names its labels, the rule that admits it since when, and who holds it`(subject: String) {
        let text = text(subject, PlanCases.converged)
        #expect(
            text.hasPrefix("Address egress-1 (203.0.113.1)  (policy orders-db)\nIt is held by node-1, and admitted in every group."),
            "\(text)")
        #expect(text.contains("carries drawbridge=orders-db"))
        #expect(text.contains("sg-0a1b2c3d4e5f60718 in eu-west-1 admits it on tcp/5432 through sgr-own1 (203.0.113.1/32). (for over 10m)"))
        #expect(text.contains("node-1, a node of the pool, holds it."))
    }

    @Test(arguments: ["node-1", "node/node-1", "projects/acme-prod/zones/europe-west1-b/instances/node-1"])
    func `of a bound node tells its pool, its instance and its address`(subject: String) {
        let text = text(subject, PlanCases.converged)
        #expect(text.contains("Node node-1") && text.contains("it is of the node pool egress"), "\(text)")
        #expect(text.contains("It holds the reserved address egress-1"))
    }

    @Test func `of a node that waits tells what for, and what there is`() {
        let plan = PlanCases.waitReasons
        for node in plan.nodes {
            guard case .waiting(let reason) = node.state else { continue }
            let text = text("node/\(node.node.name)", plan)
            #expect(text.contains(reason.text(in: plan)), "\(text)")
        }
    }

    @Test func `of a held rule tells which brake, and the command that frees it`() throws {
        let plan = PlanCases.brake
        let held = try #require(plan.groups.flatMap(\.held).first { $0.hold.isApprovable })
        let digest = try #require(plan.approval?.digest)
        let text = text(held.revocation.rule.id, plan)
        #expect(text.contains("It is due to be revoked, and held."))
        #expect(text.contains(held.hold.text(in: plan)) && text.contains("$ drawbridge apply --policy FILE --approve \(digest)"), "\(text)")
    }

    @Test func `of every rule of every plan there is one`() {
        for (name, plans) in PlanCases.all {
            for plan in plans {
                for group in plan.groups {
                    for rule in group.standing.map(\.rule) + group.held.map(\.revocation.rule) + group.revocations.map(\.rule) {
                        #expect(explain("rule/\(rule.id)", plan).isFound, "\(rule.id) of \(name)")
                    }
                }
                for item in plan.addresses { #expect(explain("address/\(item.address.reference)", plan).isFound) }
                for item in plan.nodes { #expect(explain("node/\(item.node.name)", plan).isFound) }
            }
        }
    }

    @Test func `of an IP that is nothing of ours names the rules that let it in`() {
        let text = text("192.0.2.7", PlanCases.firstAdoption(suspend: false))
        #expect(text.contains("It is no reserved address of any policy") && text.contains("sgr-0c") && text.contains("sgr-0a"), "\(text)")
        #expect(!explain("8.8.8.8", PlanCases.converged).isFound)
    }

    @Test func `what several things are called is told with how to ask for each`() {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)])
        observation.nodes = observation.nodes.map { nodes in
            nodes.map { node in
                var node = node
                node.name = "egress-1"
                return node
            }
        }
        let plan = Planner.plan(policy: Fixture.policy(), observation: observation, context: Fixture.context())
        let both = explain("egress-1", plan)
        #expect(!both.isFound && both.near == ["address/projects/acme-prod/regions/europe-west1/addresses/egress-1", "node/egress-1"])
        for subject in both.near { #expect(explain(subject, plan).isFound) }
    }

    @Test(arguments: [
        ("egres-1", "address/egress-1"), ("nod-1", "node/node-1"), ("sgr-own", "rule/sgr-own1"), ("203.0.113.2", "address/egress-1"),
    ])
    func `what is not there is told with what is near`(typed: String, meant: String) {
        let explanation = explain(typed, PlanCases.converged)
        #expect(!explanation.isFound && explanation.near.contains(meant), "\(explanation.near)")
        #expect(explanation.message.contains("There is no reserved address, no node of a pool and no rule \"\(typed)\" in orders-db"))
        #expect(explanation.message.contains("drawbridge=orders-db"))
    }

    @Test func `of a thing that two policies know there are two answers`() {
        let explanation = explain("egress-1", PlanCases.converged, PlanCases.release)
        #expect(explanation.answers.count == 2 || explanation.answers.count == 1)
        #expect(explanation.isFound)
    }

    @Test func `a replica that stands by says whom to ask`() {
        let snapshot = Snapshots.controller([PolicySnapshot(policy: Fixture.policy())], role: .standingBy(holder: "drawbridge-1"))
        #expect(Explainer(snapshot).explain("egress-1").message.contains("ask drawbridge-1"))
    }

    @Test func `as JSON has the same steps`() throws {
        let explanation = explain("egress-1", PlanCases.converged)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(explanation.json)) as? [String: Any])
        let answers = try #require(document["answers"] as? [[String: Any]])
        let steps = try #require(answers.first?["steps"] as? [[String: Any]])
        #expect(steps.map { $0["text"] as? String } == explanation.answers[0].steps.map(\.text))
        #expect(steps.contains { $0["sinceAtLeast"] as? Bool == true })
    }
}

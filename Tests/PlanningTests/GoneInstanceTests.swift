import Fixtures
import Model
import Planning
import Testing

/// A Node that outlives its instance: what is certainly gone holds nothing.
@Suite struct GoneInstanceTests {
    private func plan(_ reading: Reading<Instance>, externalIPs: [IPAddress] = []) -> Plan {
        var observation = Fixture.observation(
            addresses: (1...6).map { Fixture.address($0) }, nodes: [Fixture.node(1, externalIPs: externalIPs)],
            rules: (1...7).map { Fixture.ownRule($0) } + [Fixture.rule("sgr-hand", "\(Fixture.ephemeralIP(1))/32")])
        observation.instances[Fixture.instanceReference(1)] = reading
        observation.projectAddresses = observation.addresses
        return Planner.plan(policy: Fixture.policy(), observation: observation, context: Fixture.context())
    }

    private let gone = Reading<Instance>.unknown(Unknown(.missing, "compute instances.get on node-1: notFound (HTTP 404)"))

    @Test func `stale and foreign rules go though the Node of a deleted instance lingers`() {
        let result = plan(gone)
        #expect(result.groups[0].revocations.map(\.rule.id) == ["sgr-hand", "sgr-own7"])
        #expect(result.nodes[0].held == [])
    }

    @Test func `it outweighs what Kubernetes still shows`() {
        #expect(plan(gone, externalIPs: [Fixture.ephemeralIP(1)]).groups[0].revocations.count == 2)
    }

    @Test func `it is an answer: the node is reported for what it is, and nothing is called unknown`() {
        #expect(plan(gone).nodes[0].state == .waiting(.instanceGone))
        #expect(plan(gone).unknowns.isEmpty)
    }

    @Test(arguments: [Unknown.Cause.denied, .partial, .failed]) func `any other failure to read it holds them`(cause: Unknown.Cause) {
        let unknown = Unknown(cause, "compute instances.get on node-1")
        let result = plan(.unknown(unknown))
        #expect(result.groups[0].revocations.isEmpty)
        #expect(result.groups[0].held.allSatisfy { if case .unknown = $0.hold { true } else { false } })
        #expect(result.nodes[0].state == .waiting(.unknown(unknown)))
        #expect(result.unknowns == [unknown])
    }
}

import Fixtures
import Model
import Planning
import Testing

/// Claims that a policy finds on its pool: of a policy that is gone, and several at once.
@Suite struct ClaimTests {
    private func claim(
        _ number: Int, of policy: String = "orders-db-old", age: Duration = .seconds(301), previous: IPAddress? = nil, on node: Int = 1
    ) -> SwapClaim {
        let address = Fixture.address(number)
        return SwapClaim(
            policy: policy, address: address.reference, ip: address.ip, instanceID: "\(9000 + node)", networkInterface: "nic0",
            accessConfigName: "external-nat", networkTier: .premium, previousIP: previous ?? Fixture.ephemeralIP(node),
            detachRequestID: "d",
            attachRequestID: "a", restoreRequestID: "r", startedAt: Fixture.start.wall + (.zero - age))
    }

    private func plan(
        _ claims: [SwapClaim], addresses: [Address], rules: ClosedRange<Int> = 1...9, listed: [Address]? = [], suspend: Bool = false,
        _ context: PlanningContext = Fixture.context()
    ) -> Plan {
        Planner.plan(policy: Fixture.policy(suspend: suspend), observation: observation(claims, addresses, rules, listed), context: context)
    }

    private func observation(_ claims: [SwapClaim], _ addresses: [Address], _ rules: ClosedRange<Int>, _ listed: [Address]?) -> Observation
    {
        Fixture.observation(
            addresses: addresses, nodes: claims.enumerated().map { Fixture.node($0 + 1, claim: $1) },
            rules: rules.map { Fixture.ownRule($0) },
            projectAddresses: listed)
    }

    // MARK: Of a policy that is not loaded

    @Test func `the claim of a policy that is gone is taken up by the pool's policy`() throws {
        let claim = claim(1)
        let result = plan([claim], addresses: [Fixture.address(1)])
        let resumed = try #require(result.resumes.first)
        #expect(resumed.claim == claim && resumed.claimStands && resumed.policy == "orders-db")
        #expect(result.nodes[0].state == .swapping(claim.address))
    }

    @Test func `not while another deployment may be carrying it on, nor while its own policy is there to do so`() {
        let fresh = plan([claim(1, age: .seconds(299))], addresses: [Fixture.address(1)])
        #expect(fresh.resumes.isEmpty && fresh.swaps.isEmpty)
        #expect(fresh.nodes[0].state == .waiting(.otherClaim(policy: "orders-db-old", takenUpAfter: .seconds(300))))
        var context = Fixture.context()
        context.otherPolicies = ["orders-db-old"]
        let loaded = plan([claim(1)], addresses: [Fixture.address(1)], context)
        #expect(loaded.resumes.isEmpty && loaded.swaps.isEmpty)
        #expect(loaded.nodes[0].state == .waiting(.otherClaim(policy: "orders-db-old", takenUpAfter: nil)))
    }

    @Test func `the age from which it is taken up comes from the loop`() {
        var context = Fixture.context()
        context.claimIsFresh = .seconds(60)
        #expect(plan([claim(1, age: .seconds(61))], addresses: [Fixture.address(1)], context).resumes.count == 1)
    }

    @Test func `a claim from the future is old as well, but for what two clocks may differ by`() {
        let ahead = { (seconds: Int64) in plan([claim(1, age: .seconds(-seconds))], addresses: [Fixture.address(1)]).resumes.count }
        #expect(ahead(0) == 0 && ahead(60) == 0)
        #expect(ahead(61) == 1 && ahead(86_400) == 1)
    }

    @Test func `a claimed Address that is not reserved by this policy, or not admitted, does not stand`() throws {
        #expect(try !#require(plan([claim(1)], addresses: [Fixture.address(2)]).resumes.first).claimStands)
        #expect(try !#require(plan([claim(1)], addresses: [Fixture.address(1)], rules: 2...2).resumes.first).claimStands)
    }

    @Test func `nothing is taken off for it but what this policy may take off, and nothing on an unknown`() throws {
        let static7 = claim(1, previous: Fixture.reservedIP(7))
        #expect(
            try !#require(
                plan([static7], addresses: [Fixture.address(1)], rules: 1...1, listed: [Fixture.address(7, heldBy: 1, labels: [:])]).resumes
                    .first
            ).claimStands)
        #expect(try !#require(plan([claim(1)], addresses: [Fixture.address(1)], listed: nil).resumes.first).claimStands)
        let reserved = plan([claim(1, previous: Fixture.reservedIP(2))], addresses: [Fixture.address(1), Fixture.address(2)])
        #expect(try !#require(reserved.resumes.first).claimStands)
    }

    @Test func `the project's list is asked for before such a claim is taken up`() {
        func open(_ claim: SwapClaim, _ addresses: [Address]) -> [Inquiry] {
            Inquiry.open(policy: Fixture.policy(), observation: observation([claim], addresses, 1...1, nil), context: Fixture.context())
        }
        #expect(open(claim(1), [Fixture.address(1)]) == [.projectAddresses])
        #expect(open(claim(2), [Fixture.address(1)]).isEmpty, "nothing would be taken off")
        #expect(open(claim(1, age: .seconds(10)), [Fixture.address(1)]).isEmpty)
        #expect(open(claim(1, of: "orders-db"), [Fixture.address(1)]).isEmpty, "its beginner has asked")
    }

    @Test func `a bound node with such a claim stays bound until the claim is old, and a suspended policy takes up none`() {
        let fresh = plan([claim(1, age: .seconds(10))], addresses: [Fixture.address(1, heldBy: 1)])
        #expect(fresh.nodes[0].state == .bound(Fixture.address(1).reference))
        #expect(plan([claim(1)], addresses: [Fixture.address(1, heldBy: 1)]).resumes.count == 1)
        #expect(plan([claim(1)], addresses: [Fixture.address(1)], suspend: true).resumes.isEmpty)
    }

    // MARK: Several at once

    @Test func `no two interrupted swaps are offered the same Address`() {
        let claims = (1...3).map { claim($0, of: "orders-db", age: .zero, on: $0) }
        let result = plan(claims, addresses: (1...9).map { Fixture.address($0) })
        #expect(result.resumes.map(\.claimStands) == [true, true, true])
        let offered = result.resumes.flatMap(\.alternatives).map(\.name)
        #expect(Set(offered).count == 6 && offered.count == 6)
        #expect(result.resumes.allSatisfy { $0.alternatives.count == 2 })
    }

    @Test func `an interrupted swap that needs another Address comes before nodes that wait, one that does not leaves it to them`() {
        func result(_ claim: SwapClaim) -> Plan {
            var all = observation([claim], [Fixture.address(1), Fixture.address(2)], 1...2, [])
            all.nodes = all.nodes.map { $0 + [Fixture.node(2)] }
            all.instances[Fixture.instanceReference(2)] = .known(Fixture.instance(2))
            return Planner.plan(policy: Fixture.policy(), observation: all, context: Fixture.context())
        }
        let standing = result(claim(1, of: "orders-db", age: .zero))
        #expect(standing.swaps.map(\.address.name) == ["egress-2"])
        #expect(standing.resumes.map { $0.alternatives.map(\.name) } == [[]])
        let lost = result(claim(7, of: "orders-db", age: .zero))
        #expect(lost.resumes.map { $0.alternatives.map(\.name) } == [["egress-1"]])
        #expect(lost.swaps.map(\.address.name) == ["egress-2"])
    }
}

/// What of a region that can't be read is said.
@Suite struct UnreadRegionTests {
    private func unknown(_ regions: [String]) -> Unknown? {
        var observation = Fixture.observation(addresses: [])
        let all = Dictionary(uniqueKeysWithValues: regions.map { ($0, Unknown(.partial, "UNREACHABLE")) })
        observation.addresses = .known(AddressListing(addresses: [], unknownRegions: all))
        return Planner.plan(policy: Fixture.policy(nodes: nil), observation: observation, context: Fixture.context()).reservedUnknown
    }

    @Test func `each of several is named, up to a limit`() {
        #expect(unknown([]) == nil)
        #expect(unknown(["us-east1"])?.message == "region us-east1: UNREACHABLE")
        #expect(unknown(["us-east1", "asia-east1"])?.message == "region asia-east1: UNREACHABLE; region us-east1: UNREACHABLE")
        #expect(unknown((10...20).map { "r\($0)" })?.message.hasSuffix("region r14: UNREACHABLE; and 6 more regions") == true)
    }
}

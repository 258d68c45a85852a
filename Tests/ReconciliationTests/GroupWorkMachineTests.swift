import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// The work on one security group, read as a transcript.
@Suite struct GroupWorkMachineTests {
    private struct Transcript {
        var machine: GroupWorkMachine
        var now = Fixture.start

        mutating func callAsFunction(_ input: GroupWork.Input) -> GroupWork.Effect? {
            let effects = machine.step(now: now, input)
            #expect(effects.count <= 1)
            return effects.first
        }
    }

    private func work(
        addresses: ClosedRange<Int> = 1...2, rules: [SecurityGroupRule], ruleQuota: Int = 60, isOld: Bool = false,
        projectAddresses: [Address]? = nil, lookups: [AddressReference: AddressLookup] = [:]
    ) -> Transcript {
        Transcript(
            machine: GroupWorkMachine(
                policy: Fixture.policy(nodes: nil, ruleQuota: ruleQuota), group: Fixture.group,
                observation: Fixture.observation(
                    addresses: addresses.map { Fixture.address($0) }, rules: rules, projectAddresses: projectAddresses, lookups: lookups),
                context: Fixture.context(), startsFromOldReading: isOld, times: GroupWorkTimes()))
    }

    private func described(_ rules: [SecurityGroupRule]) -> GroupWork.Input {
        .described(.success(SecurityGroup(reference: Fixture.group, rules: rules)))
    }

    private func added(_ effect: GroupWork.Effect?) -> [String] {
        guard case .authorize(let permissions) = effect else { return [] }
        return permissions.map { "\($0.cidr)" }
    }

    private func removed(_ effect: GroupWork.Effect?) -> [String] {
        guard case .revoke(let rules) = effect else { return [] }
        return rules.map(\.id)
    }

    private func outcome(_ effect: GroupWork.Effect?) -> GroupWork.Outcome? {
        if case .finish(let outcome) = effect { outcome } else { nil }
    }

    private let foreign = Fixture.rule("sgr-x", "192.0.2.7/32")
    private var own: [SecurityGroupRule] { [Fixture.ownRule(1), Fixture.ownRule(2)] }

    @Test func `authorize, describe, revoke, describe`() {
        var step = work(rules: [foreign])
        #expect(added(step(.start)) == ["203.0.113.1/32", "203.0.113.2/32"])
        #expect(step(.authorized(.success(()))) == .describe)
        #expect(removed(step(described(own + [foreign]))) == ["sgr-x"])
        #expect(step.machine.doomed == ["sgr-x"])
        #expect(step(.revoked(.success(()))) == .describe)
        let end = outcome(step(described(own)))
        #expect(end?.authorized.count == 2 && end?.revoked == [foreign] && end?.troubles == [])
    }

    @Test func `what has nothing to do is left out`() {
        var additions = work(rules: [])
        #expect(added(additions(.start)).count == 2)
        _ = additions(.authorized(.success(())))
        #expect(outcome(additions(described(own))) != nil)
        var removals = work(rules: own + [foreign])
        #expect(removed(removals(.start)) == ["sgr-x"])
        #expect(removals(.revoked(.success(()))) == .describe)
        #expect(outcome(removals(described(own))) != nil)
        var nothing = work(rules: own)
        #expect(outcome(nothing(.start)) == GroupWork.Outcome())
    }

    @Test func `nothing is revoked until every addition is shown`() {
        var step = work(rules: [foreign])
        _ = step(.start)
        _ = step(.authorized(.success(())))
        for delay in [500, 1000, 2000, 4000, 4000, 4000] {
            #expect(step(described([Fixture.ownRule(1), foreign])) == .wait(.milliseconds(delay)))
            #expect(step(.elapsed) == .describe)
        }
        let end = outcome(step(described([Fixture.ownRule(1), foreign])))
        #expect(end?.revoked == [])
        #expect(end?.troubles.count == 1)
    }

    @Test func `a revoke that is still shown is looked at again, not repeated`() {
        var step = work(rules: own + [foreign])
        _ = step(.start)
        _ = step(.revoked(.success(())))
        #expect(step(described(own + [foreign])) == .wait(.milliseconds(500)))
        #expect(step(.elapsed) == .describe)
        #expect(outcome(step(described(own)))?.revoked == [foreign])
    }

    @Test func `an old reading is made anew before anything is decided`() {
        var step = work(rules: [foreign], isOld: true)
        #expect(step(.start) == .describe)
        #expect(outcome(step(described(own))) == GroupWork.Outcome())
    }

    @Test func `Duplicate means that the reading was old`() {
        var step = work(rules: [])
        _ = step(.start)
        #expect(step(.authorized(.failure(.sample("authorize", .reread)))) == .describe)
        #expect(added(step(described([Fixture.ownRule(1)]))) == ["203.0.113.2/32"])
    }

    @Test func `NotFound means that the reading was old`() {
        var step = work(rules: own + [foreign])
        _ = step(.start)
        #expect(step(.revoked(.failure(.sample("revoke", .reread)))) == .describe)
        #expect(outcome(step(described(own)))?.revoked == [])
    }

    @Test func `after a denied authorize only a confirmed release goes`() {
        var step = work(
            rules: [foreign, Fixture.ownRule(9)], projectAddresses: [Fixture.address(1), Fixture.address(2)],
            lookups: [Fixture.address(9).reference: .gone])
        #expect(added(step(.start)).count == 2)
        #expect(step(.authorized(.failure(.denied))) == .describe)
        #expect(removed(step(described([foreign, Fixture.ownRule(9)]))) == ["sgr-own9"])
        #expect(step(.revoked(.success(()))) == .describe)
        let end = outcome(step(described([foreign])))
        #expect(end?.revoked.map(\.id) == ["sgr-own9"])
        #expect(end?.troubles.map(\.isDenied) == [true])
    }

    @Test func `after a denied authorize no foreign rule goes`() {
        var step = work(rules: [foreign])
        _ = step(.start)
        _ = step(.authorized(.failure(.denied)))
        #expect(outcome(step(described([foreign])))?.revoked == [])
    }

    @Test(arguments: [APIError.lost, .unavailable, .gone]) func `a write whose outcome is not known ends the work`(error: APIError) {
        var additions = work(rules: [])
        _ = additions(.start)
        #expect(outcome(additions(.authorized(.failure(error))))?.troubles.count == 1)
        var removals = work(rules: own + [foreign])
        _ = removals(.start)
        #expect(outcome(removals(.revoked(.failure(error))))?.revoked == [])
    }

    @Test func `what a lost answer had written is told once a reading shows it`() {
        var step = work(rules: [foreign])
        var lost = APIError.sample("authorize", .reread)
        lost.mayHaveTakenEffect = true
        _ = step(.start)
        #expect(step(.authorized(.failure(lost))) == .describe)
        #expect(removed(step(described(own + [foreign]))) == ["sgr-x"])
        #expect(step(.revoked(.failure(lost))) == .describe)
        let end = outcome(step(described(own)))
        #expect(end?.authorized.map { "\($0.cidr)" } == ["203.0.113.1/32", "203.0.113.2/32"])
        #expect(end?.revoked == [foreign])
        #expect(end?.troubles.count == 2)
    }

    @Test func `what a lost answer had not written is told once it is`() {
        var step = work(rules: [foreign])
        var lost = APIError.sample("authorize", .reread)
        lost.mayHaveTakenEffect = true
        _ = step(.start)
        _ = step(.authorized(.failure(lost)))
        #expect(added(step(described([Fixture.ownRule(1), foreign]))) == ["203.0.113.2/32"])
        _ = step(.authorized(.success(())))
        _ = step(described(own + [foreign]))
        _ = step(.revoked(.failure(lost)))
        #expect(removed(step(described(own + [foreign]))) == ["sgr-x"])
        _ = step(.revoked(.success(())))
        let end = outcome(step(described(own)))
        #expect(end?.authorized.map { "\($0.cidr)" } == ["203.0.113.1/32", "203.0.113.2/32"])
        #expect(end?.revoked == [foreign])
    }

    @Test func `a write that was refused is not told as done, whatever a reading shows`() {
        var step = work(rules: [])
        _ = step(.start)
        _ = step(.authorized(.failure(.sample("authorize", .reread))))
        #expect(outcome(step(described(own)))?.authorized == [])
    }

    @Test func `a reading that fails ends the work`() {
        var step = work(rules: [foreign])
        _ = step(.start)
        _ = step(.authorized(.success(())))
        #expect(outcome(step(.described(.failure(.unavailable))))?.revoked == [])
    }

    @Test func `at the quota a stale rule makes room first, and just one`() {
        let stale = [Fixture.ownRule(8), Fixture.ownRule(9)]
        var step = work(rules: [Fixture.ownRule(1)] + stale, ruleQuota: 3)
        #expect(removed(step(.start)) == ["sgr-own8"])
        #expect(added(step(.revoked(.success(())))) == ["203.0.113.2/32"])
        #expect(step(.authorized(.success(()))) == .describe)
        #expect(removed(step(described(own + [stale[1]]))) == ["sgr-own9"])
    }

    @Test func `on readings of Addresses and nodes that are too old nothing is revoked`() {
        var step = work(rules: [foreign])
        _ = step(.start)
        _ = step(.authorized(.success(())))
        step.now.instant = step.now.instant + .seconds(61)
        #expect(outcome(step(described(own + [foreign])))?.revoked == [])
        var room = work(rules: [Fixture.ownRule(8)], ruleQuota: 1, isOld: true)
        _ = room(.start)
        room.now.instant = room.now.instant + .seconds(61)
        #expect(outcome(room(described([Fixture.ownRule(8)])))?.troubles.count == 1)
    }

    @Test func `a later pass makes the readings young again, and may take a revoke back`() {
        var step = work(addresses: 1...1, rules: [Fixture.ownRule(2)])
        #expect(added(step(.start)) == ["203.0.113.1/32"])
        step.machine.refresh(
            Fixture.observation(addresses: [Fixture.address(1), Fixture.address(2)], rules: [], at: step.now))
        _ = step(.authorized(.success(())))
        #expect(outcome(step(described(own)))?.revoked == [])
    }

    @Test func `an address on its way to a node is not revoked though it just left the set`() {
        var step = work(addresses: 1...1, rules: own)
        step.machine.context.activeSwaps = ["node-1": Fixture.address(2).reference]
        #expect(outcome(step(.start))?.revoked == [])
    }

    @Test func `more than a thousand go a thousand at a time`() {
        let rules = (0..<1500).map { Fixture.rule("sgr-\($0)", "10.\($0 / 250).\($0 % 250).1/32") }
        var policy = Fixture.policy(nodes: nil, ruleQuota: 5000, maxRevocations: 5000)
        policy.addresses.labels = ["drawbridge": "orders-db"]
        let addresses = (1...2000).map { number in
            var address = Fixture.address(number)
            address.ip = IPAddress(family: .v4, bits: 0x0B00_0000 + UInt128(number))
            return address
        }
        let machine = GroupWorkMachine(
            policy: policy, group: Fixture.group, observation: Fixture.observation(addresses: addresses, rules: rules),
            context: Fixture.context(),
            startsFromOldReading: false, times: GroupWorkTimes())
        var step = Transcript(machine: machine)
        #expect(added(step(.start)).count == 1000)
    }

    @Test func `a group that never converges ends after so many rounds`() {
        var step = work(rules: own + [foreign])
        var effect = step(.start)
        var revokes = 0
        while case .revoke = effect {
            revokes += 1
            guard revokes < 100 else { break }
            _ = step(.revoked(.success(())))
            // Someone puts another rule in its place each time.
            effect = step(described(own + [Fixture.rule("sgr-again\(revokes)", "192.0.2.7/32")]))
        }
        #expect(revokes == GroupWorkTimes().rounds)
        #expect(outcome(effect)?.troubles.count == 1)
    }
}

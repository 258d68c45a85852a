import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// The loop's own decisions: when a pass runs, what it reads, what is dropped.
@Suite struct ReconcilerMachineTests {
    private struct Transcript {
        var machine: ReconcilerMachine
        var now = Fixture.start

        init(_ policy: Whitelist = Fixture.policy(), mode: Reconciler.Mode = .write) {
            machine = ReconcilerMachine(
                policy: policy, mode: mode, times: LoopTimes(interval: .seconds(30)), ownNode: nil, otherPorts: [:], whitelistOnly: false,
                hash: Fixture.hash, uuid: { "id" })
        }

        mutating func callAsFunction(_ input: Reconciler.Input) -> [Reconciler.Effect] { machine.step(now: now, input) }

        mutating func pass(_ milliseconds: Int) { now.instant = now.instant + .milliseconds(milliseconds) }
    }

    private func observed(_ effects: [Reconciler.Effect]) -> (pass: Int, groups: Int)? {
        for case .observe(let pass, let groups) in effects { return (pass, groups.count) }
        return nil
    }

    private func wake(_ effects: [Reconciler.Effect], _ now: Moment) -> Duration? {
        for case .wake(let at) in effects { return at - now.instant }
        return nil
    }

    private func swap(_ effects: [Reconciler.Effect]) -> (id: Int, effect: Swap.Effect)? {
        for case .swap(let id, _, _, let effect) in effects { return (id, effect) }
        return nil
    }

    private func plan(_ effects: [Reconciler.Effect]) -> Plan? {
        for case .planned(let report) in effects { return report.plan }
        return nil
    }

    private let converged = Fixture.observation(
        addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
    private let swappable = Fixture.observation(
        addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)], instances: [Fixture.instance(1)],
        projectAddresses: [Fixture.address(1)])

    @Test func `a follower reads nothing`() {
        var step = Transcript()
        #expect(step(.start).isEmpty)
        #expect(step(.wake).isEmpty)
        #expect(observed(step(.leading(true)))?.pass == 1)
    }

    @Test func `a dry run reads without leading, and begins nothing`() {
        var step = Transcript(mode: .dryRun)
        #expect(observed(step(.start))?.pass == 1)
        let effects = step(.observed(pass: 1, swappable))
        #expect(plan(effects)?.swaps.count == 1)
        #expect(swap(effects) == nil)
    }

    @Test func `wakes are gathered, and the group is read at the resync only`() {
        var step = Transcript()
        _ = step(.start)
        #expect(observed(step(.leading(true)))?.groups == 1)
        step.pass(10)
        #expect(wake(step(.observed(pass: 1, converged)), step.now) == .milliseconds(29_990))
        #expect(wake(step(.wake), step.now) == .milliseconds(40))
        step.pass(5)
        #expect(observed(step(.wake)) == nil)
        step.pass(35)
        let second = observed(step(.elapsed))
        #expect(second?.pass == 2 && second?.groups == 0)
        var later = converged
        later.groups = [:]
        let effects = step(.observed(pass: 2, later))
        #expect(plan(effects)?.isEmpty == true)
        #expect(wake(effects, step.now) == .milliseconds(29_950))
        step.pass(29_950)
        #expect(observed(step(.elapsed))?.groups == 1)
    }

    @Test func `what could not be read is asked again soon, then ever more slowly, up to the resync`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        var unknown = converged
        unknown.addresses = .unknown(Unknown(.failed, "compute addresses.list: timeout (request id 17)"))
        var delays: [Int64] = []
        for pass in 1...7 {
            let effects = step(.observed(pass: pass, unknown))
            guard let delay = wake(effects, step.now) else { break }
            delays.append(delay.milliseconds / 1000)
            step.now.instant = step.now.instant + delay
            #expect(observed(step(.elapsed))?.pass == pass + 1)
        }
        #expect(delays == [2, 4, 8, 16, 30, 30, 30])
    }

    @Test func `a group whose reading failed is not known by an older reading of it`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        _ = step(.observed(pass: 1, converged))
        step.pass(30_000)
        _ = step(.elapsed)
        var failed = converged
        failed.groups = [Fixture.group: .unknown(Unknown(.failed, "timeout"))]
        #expect(plan(step(.observed(pass: 2, failed)))?.groups[0].unknown != nil)
        _ = step(.wake)
        step.pass(100)
        #expect(observed(step(.elapsed))?.groups == 0)
        var none = converged
        none.groups = [:]
        #expect(plan(step(.observed(pass: 3, none)))?.groups[0].unknown != nil)
    }

    @Test func `an old pass's readings are ignored`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        #expect(step(.observed(pass: 7, converged)).isEmpty)
        _ = step(.leading(false))
        #expect(step(.observed(pass: 1, swappable)).isEmpty)
    }

    @Test func `when the lease is lost everything is dropped, and what comes of it is ignored`() throws {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        let begun = try #require(swap(step(.observed(pass: 1, swappable))))
        #expect(begun.effect == .writeClaim(expected: nil, step.machine.swaps[begun.id]?.machine.claim))
        _ = step(.leading(false))
        #expect(step(.swap(id: begun.id, .claimWritten(.success(())))).isEmpty)
        #expect(step(.group(work: 1, .described(.failure(.lost)))).isEmpty)
        step.pass(60_000)
        #expect(observed(step(.leading(true)))?.groups == 1)
    }

    @Test func `a node whose swap failed is left alone for ever longer`() throws {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        var pass = 1
        var delays: [Int64] = []
        for _ in 1...7 {
            let effects = step(.observed(pass: pass, swappable))
            let begun = try #require(swap(effects))
            let began = step.now.instant
            _ = step(.swap(id: begun.id, .claimWritten(.failure(.refused))))
            // Passes go on meanwhile; the node is in none of them until its time has come.
            while true {
                step.pass(50)
                guard let next = observed(step(.elapsed)) else { continue }
                pass = next.pass
                if step.machine.context(step.now).coolingDown.isEmpty { break }
                #expect(swap(step(.observed(pass: pass, swappable))) == nil)
            }
            delays.append((step.now.instant - began).milliseconds / 1000)
        }
        #expect(delays == [10, 20, 40, 80, 160, 300, 300])
    }

    @Test func `a stop waits for the swaps in flight, and begins nothing`() throws {
        var step = Transcript()
        _ = step(.start)
        _ = step(.leading(true))
        let begun = try #require(swap(step(.observed(pass: 1, swappable))))
        #expect(step(.stop).isEmpty)
        #expect(step(.wake).isEmpty)
        guard case .writeClaim(.some, nil)? = swap(step(.swap(id: begun.id, .claimWritten(.success(())))))?.effect else {
            Issue.record("the claim stays")
            return
        }
        let end = step(.swap(id: begun.id, .claimWritten(.success(()))))
        #expect(end.contains { if case .stopped = $0 { true } else { false } })
        #expect(step(.wake).isEmpty)
    }

    @Test func `an approval frees what its digest names, in this pass and in those that follow`() throws {
        let rules = (1...30).map { Fixture.rule("sgr-\($0)", "192.0.2.\($0)/32") } + [Fixture.ownRule(1)]
        var observation = Fixture.observation(addresses: [Fixture.address(1)], rules: rules)
        var step = Transcript(Fixture.policy(nodes: nil))
        _ = step(.start)
        _ = step(.leading(true))
        let held = try #require(plan(step(.observed(pass: 1, observation))))
        let digest = try #require(held.approval?.digest)
        #expect(held.groups[0].revocations.isEmpty)
        step.pass(100)
        #expect(observed(step(.approve(digest)))?.groups == 1)
        let freed = step(.observed(pass: 2, observation))
        #expect(plan(freed)?.groups[0].revocations.count == 30)
        // A part has gone: the digest would be another, the approval still holds for the rest.
        observation.groups[Fixture.group] = .known(SecurityGroup(reference: Fixture.group, rules: Array(rules.suffix(21))))
        _ = step(.group(work: 1, .revoked(.failure(.lost))))
        step.pass(30_000)
        let pass = try #require(observed(step(.elapsed))?.pass)
        #expect(plan(step(.observed(pass: pass, observation)))?.groups[0].revocations.count == 20)
    }

    @Test func `an approval is settled when a plan takes it up, or when it has waited for one in vain for a minute`() throws {
        func settled(_ effects: [Reconciler.Effect]) -> Set<String>? {
            for case .planned(let report) in effects { return report.settledApprovals }
            return nil
        }
        let foreign = (1...40).map { Fixture.rule("sgr-x\($0)", "192.0.2.\($0)/32") }
        let held = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)] + foreign)
        var step = Transcript()
        _ = step(.start)
        #expect(observed(step(.leading(true)))?.pass == 1)
        let digest = try #require(plan(step(.observed(pass: 1, held)))?.approval?.digest)
        step.pass(2000)
        #expect(observed(step(.approve(digest)))?.pass == 2)
        _ = step(.approve("ffffffffffff"))
        #expect(settled(step(.observed(pass: 2, held))) == [digest])
        step.pass(61_000)
        let next = try #require(observed(step(.wake))?.pass)
        var unreadable = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        unreadable.nodes = .unknown(Unknown(.failed, "no answer"))
        #expect(settled(step(.observed(pass: next, unreadable))) == [], "what could not be read may be what it is for")
        step.pass(2000)
        let last = try #require(observed(step(.wake))?.pass)
        #expect(settled(step(.observed(pass: last, held))) == ["ffffffffffff"])
    }
}

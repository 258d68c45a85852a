import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// A loop's own decisions, read as a transcript: an input, then what it asks for.
struct LoopTranscript {
    var machine: ReconcilerMachine
    var now = Fixture.start

    init(_ policy: Whitelist = Fixture.policy()) {
        machine = ReconcilerMachine(
            policy: policy, mode: .write, times: LoopTimes(interval: .seconds(30)), ownNode: nil, otherPorts: [:], whitelistOnly: false,
            hash: Fixture.hash, uuid: { "id" })
    }

    mutating func callAsFunction(_ input: Reconciler.Input) -> [Reconciler.Effect] { machine.step(now: now, input) }

    mutating func pass(_ milliseconds: Int) {
        now = Moment(instant: now.instant + .milliseconds(milliseconds), wall: now.wall + .milliseconds(milliseconds))
    }
}

/// What a test picks out of a loop's effects.
protocol LoopSteps {}

extension LoopSteps {
    func observed(_ effects: [Reconciler.Effect]) -> (pass: Int, groups: Int)? {
        for case .observe(let pass, let groups) in effects { return (pass, groups.count) }
        return nil
    }

    func swap(_ effects: [Reconciler.Effect]) -> (id: Int, effect: Swap.Effect)? {
        for case .swap(let id, _, _, let effect) in effects { return (id, effect) }
        return nil
    }

    func report(_ effects: [Reconciler.Effect]) -> PassReport? {
        for case .planned(let report) in effects { return report }
        return nil
    }

    func plan(_ effects: [Reconciler.Effect]) -> Plan? { report(effects)?.plan }

    func notices(_ effects: [Reconciler.Effect], _ kind: Notice.Kind) -> [Notice] {
        effects.compactMap { if case .notice(let notice) = $0, notice.kind == kind { notice } else { nil } }
    }
}

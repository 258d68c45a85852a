/// Something that must hold after every step, whatever happens. It asks the ledger and the world, never a machine.
protocol Invariant {
    /// By which a table of mutants names it.
    var name: String { get }

    /// How often it came to a judgement that could have gone either way: what is excused is not counted.
    var judged: Int { get }

    /// After the world has changed. - Returns: how it is broken.
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String?

    /// When a replica does something.
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String?

    /// At the end of the run.
    mutating func finish(_ ledger: Ledger)
}

extension Invariant {
    var name: String { String(describing: Self.self) }
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? { nil }
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? { nil }
    mutating func finish(_ ledger: Ledger) {}
}

package enum Invariants {
    static func all(_ stage: Stage) -> [any Invariant] {
        [
            OneHolder(), OneWriter(), OutsidePoolUntouched(), BoundStaysBound(), ForeignNeverDetached(), AdmittedBeforeBound(),
            ReservedNeverRevoked(), HeldNeverRevoked(), NothingElseAdmitted(), ReleasedRevokedInTime(), BrakesHold(),
            NothingUnapproved(), OthersRulesStay(), StoppingReleasesNothing(), ClaimBeforeDetach(), CheckedBeforeDetach(),
            NeverWithoutAddress(), TaintNotEarly(), OwnNodeUntouched(), OneClaim(), StaticStaysOn(),
            ReadingsTrue(), WithinBudget(), NoBlindRepeat(), RetryAfterKept(), WatchesPaced(),
        ]
    }

    package static let names = all(Stage(Scenario(seed: 0, settings: [:], actions: [], faults: []))).map(\.name)
}

extension Simulator {
    /// A replica did something: it goes into the books, and every invariant is asked.
    func note(_ event: ToolEvent) {
        guard violation == nil else { return }
        ledger.record(event, at: now, trouble)
        for index in invariants.indices {
            if let message = invariants[index].check(event, ledger) { return fail(invariants[index].name, message) }
        }
    }
}

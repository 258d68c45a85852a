/// Something that must hold after every step, whatever happens. It asks the ledger and the world, never a machine.
protocol Invariant {
    /// By which a table of mutants names it.
    var name: String { get }

    /// After the world has changed. - Returns: how it is broken.
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String?

    /// When a replica does something.
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String?
}

extension Invariant {
    var name: String { String(describing: Self.self) }
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? { nil }
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? { nil }
}

package enum Invariants {
    static func all(_ stage: Stage) -> [any Invariant] {
        [
            OneHolder(), OneWriter(), OutsidePoolUntouched(), BoundStaysBound(), ForeignNeverDetached(), AdmittedBeforeBound(),
            ReservedNeverRevoked(),
            HeldNeverRevoked(), NothingElseAdmitted(), ReleasedRevokedInTime(), BrakesHold(), StoppingReleasesNothing(),
            ClaimBeforeDetach(),
            CheckedBeforeDetach(), NeverWithoutAddress(), TaintNotEarly(), OwnNodeUntouched(), OneClaim(), StaticStaysOn(),
        ]
    }
}

extension Simulator {
    /// A replica did something: it goes into the books, and every invariant is asked.
    func note(_ event: ToolEvent) {
        guard violation == nil else { return }
        ledger.record(event, at: now, isDisturbed: isDisturbed)
        for index in invariants.indices {
            if let message = invariants[index].check(event, ledger) { return fail(invariants[index].name, message) }
        }
    }
}

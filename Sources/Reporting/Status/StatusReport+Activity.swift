import Model

extension StatusReport {
    /// What fires, and what is about to.
    static func alerts(_ snapshot: ControllerSnapshot) -> Table {
        let rows = snapshot.alerts.sorted { ($0.severity, $0.policy ?? "", $0.subject) < ($1.severity, $1.policy ?? "", $1.subject) }.map {
            alert in
            let sign: Sign = alert.state == "pending" ? .unknown : alert.severity == .info ? .change : .attention
            let word = alert.state == "firing" ? alert.severity.rawValue : "\(alert.severity.rawValue), \(alert.state)"
            let what = alert.action.isEmpty ? alert.summary : "\(alert.summary). To do: \(alert.action)"
            return Row(
                sign, word, key: "alert \(alert.kind) \(alert.policy ?? "") \(alert.subject)",
                [
                    Cell(alert.kind), Cell(alert.policy ?? ""), Cell(since: Chronology.Since(at: alert.since, isAtLeast: false)),
                    Cell(what),
                ])
        }
        return Table("alerts", "Alerts", ["Alert", "Policy", "Since", "What, and what to do"], rows, empty: "None.")
    }

    /// What is being done now.
    static func activity(_ snapshot: ControllerSnapshot) -> Table {
        let rows = snapshot.policies.flatMap { policy -> [Row] in
            policy.activity.swaps.map { swap in
                let what =
                    (swap.previousIP.map { "gives up \($0) for " } ?? "gets ") + "\(swap.address.name) (\(swap.ip))"
                    + (swap.isResumed ? ", taken up from its claim" : "")
                return Row(
                    swap.stranded == nil ? .change : .attention, swap.step.text, key: "swap \(policy.policy.name) \(swap.node)",
                    [
                        Cell(swap.node, explains: "node/\(swap.node)"), Cell(policy.policy.name),
                        Cell(since: Chronology.Since(at: swap.since, isAtLeast: false)),
                        Cell(swap.stranded.map { "\(what); it has no address now: \($0)" } ?? what),
                    ])
            }
                + policy.activity.works.map { work in
                    Row(
                        .change, work.step.text, key: "work \(policy.policy.name) \(work.group)",
                        [
                            Cell(work.group.id), Cell(policy.policy.name),
                            Cell(since: Chronology.Since(at: work.since, isAtLeast: false)), Cell("rules of \(work.group)"),
                        ])
                }
        }
        return Table("now", "Being done now", ["Node or group", "Policy", "Since", "What"], rows, empty: "Nothing.")
    }

    /// What was done last.
    static func changes(_ snapshot: ControllerSnapshot) -> Table {
        let rows = snapshot.changes.map { entry in
            let isTrouble = HistoryEntry.troubleKinds.contains(entry.kind)
            return Row(
                isTrouble ? .attention : .keep, isTrouble ? "trouble" : "done",
                key: "change \(entry.at.millisecondsSinceEpoch) \(entry.kind) \(entry.subject)",
                [
                    Cell(since: Chronology.Since(at: entry.at, isAtLeast: false)), Cell(entry.kind), Cell(entry.policy),
                    Cell(entry.replica), Cell(entry.what + (entry.why.isEmpty ? "" : ": \(entry.why)")),
                ])
        }
        return Table(
            "changes", "Last changes", ["When", "Change", "Policy", "By", "What"], rows, empty: "None that are known.", isSorted: false)
    }
}

extension Activity.Swap.Step {
    package var text: String {
        switch self {
        case .claiming: "writes the claim"
        case .asking: "asks its rights"
        case .checking: "looks at the address"
        case .looking: "looks at the instance"
        case .detaching: "takes the old address off"
        case .attaching: "puts the new address on"
        case .restoring: "puts an ephemeral address on again"
        case .verifying: "reads back"
        case .inspecting: "finds out how it stands"
        case .waiting: "waits for another attempt"
        case .unclaiming: "takes the claim off"
        }
    }
}

extension Activity.Work.Step {
    package var text: String {
        switch self {
        case .reading: "reads the rules"
        case .makingRoom: "revokes to make room"
        case .authorizing: "authorizes"
        case .readingBack: "reads back what was authorized"
        case .revoking: "revokes"
        case .verifying: "reads back what was revoked"
        }
    }
}

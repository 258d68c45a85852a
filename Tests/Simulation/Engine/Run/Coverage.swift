/// How often each fault met each call and made a difference there: a list that was stale and shows the same, or a lost answer to a call
/// that was refused, counts for nothing.
package struct Coverage: Sendable {
    private var counts = [Int](repeating: 0, count: FaultKind.allCases.count * CallKind.allCases.count)
    package private(set) var actions: [WorldAction.Kind: Int] = [:]

    /// Invariant → how often it came to a judgement that could have gone either way.
    package private(set) var judged: [String: Int] = [:]

    package init() {}

    mutating func count(_ invariant: any Invariant) { judged[invariant.name, default: 0] += invariant.judged }

    mutating func count(_ fault: FaultKind, _ call: CallKind) { counts[fault.index * CallKind.allCases.count + call.index] += 1 }
    mutating func count(_ action: WorldAction.Kind) { actions[action, default: 0] += 1 }

    package subscript(fault: FaultKind, call: CallKind) -> Int { counts[fault.index * CallKind.allCases.count + call.index] }

    package mutating func add(_ other: Coverage) {
        for index in counts.indices { counts[index] += other.counts[index] }
        actions.merge(other.actions, uniquingKeysWith: +)
        judged.merge(other.judged, uniquingKeysWith: +)
    }

    /// Cells that are possible and were never met.
    package var empty: [(FaultKind, CallKind)] { FaultCells.possible.filter { self[$0.0, $0.1] == 0 } }
    package var emptyActions: [WorldAction.Kind] { WorldAction.Kind.allCases.filter { actions[$0] == nil } }

    /// Invariants that judged nothing at all.
    package var idle: [String] { Invariants.names.filter { judged[$0, default: 0] == 0 } }
    package var judgements: String { "judged: " + Invariants.names.map { "\($0) \(judged[$0] ?? 0)" }.joined(separator: ", ") }

    /// A row for each call, a column for each fault; `·` where a fault can't meet a call.
    package var table: String {
        func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        let faults = FaultKind.allCases
        var lines: [String] = []
        for (index, fault) in faults.enumerated() { lines.append("  \(padded(String(index + 1), 2)) \(fault.rawValue)") }
        lines.append(padded("", 22) + faults.indices.map { padded(String($0 + 1), 6) }.joined())
        for call in CallKind.allCases {
            let cells = faults.map { FaultCells.impossible($0, call) == nil ? String(self[$0, call]) : "·" }
            lines.append(call.rawValue + String(repeating: " ", count: 22 - call.rawValue.count) + cells.map { padded($0, 6) }.joined())
        }
        lines.append("world: " + WorldAction.Kind.allCases.map { "\($0.rawValue) \(actions[$0] ?? 0)" }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }
}

import Model
import Sandbox

/// What a process takes for the rules of a group is what a group that is there had a short while ago: never the empty answer that EC2
/// gives for one that it does not know.
struct ReadingsTrue: Invariant {
    var judged = 0
    /// Group → the rules that it had, and until when.
    private var past: [SecurityGroupReference: [(until: Int, ids: Set<String>)]] = [:]

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        for (reference, before) in change.before.groups where before.rules != change.after.groups[reference]?.rules {
            past[reference, default: []].append((ledger.now, Set(before.inbound.map(\.id))))
        }
        return nil
    }

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .read(let replica, let epoch, let reading) = event else { return nil }
        judged += 1
        let ids = Set(reading.rules.map(\.id))
        if let group = ledger.facts.groups[reading.reference], Set(group.inbound.map(\.id)) == ids { return nil }
        let lately = (past[reading.reference] ?? []).filter { ledger.now - $0.until <= Ledger.longGrace }
        past[reading.reference] = lately
        if lately.contains(where: { $0.ids == ids }) { return nil }
        return "r\(replica).\(epoch) believes \(reading.reference.id) to have \(ids.count) rules, which it has not had lately"
    }
}

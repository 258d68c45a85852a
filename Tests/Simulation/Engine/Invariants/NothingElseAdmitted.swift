import Model
import Sandbox

/// The tool authorizes a reserved address by itself, on a managed port, and nothing else.
struct NothingElseAdmitted: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(_, .authorizeIngress) = change.cause else { return nil }
        for (reference, group) in change.after.groups {
            let known = Set((change.before.groups[reference]?.rules ?? []).map(\.id))
            for rule in group.rules where !known.contains(rule.id) {
                judged += 1
                guard let block = rule.source.cidr, block.isSingleAddress else { return "\(rule.source) was admitted to \(reference.id)" }
                let isOurs = ledger.stage.policies.enumerated().contains { index, policy in
                    ledger.wasReservedLately(index, block.network)
                        && policy.securityGroups.contains { $0.reference == reference && $0.ports.contains { Traffic($0) == rule.traffic } }
                }
                if !isOurs { return "\(block) \(rule.traffic) was admitted to \(reference.id), and is not reserved" }
            }
        }
        return nil
    }
}

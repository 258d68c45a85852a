import Model
import Sandbox

/// What stays reserved stays admitted, whatever the tool revokes.
///
/// A person who takes the exact rule away in the moment in which the tool revokes a wide one beside it breaks this, and no reading can
/// tell the tool in time: EC2 shows edits seconds later. So nothing is judged for half a minute after an edit by hand; the next pass
/// admits the address again.
struct ReservedNeverRevoked: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(_, .revokeIngress) = change.cause, ledger.isSettled(.rules, within: 30_000) else { return nil }
        for (index, policy) in ledger.stage.policies.enumerated() {
            for address in change.after.reserved(policy) where ledger.isLongReserved(index, address.ip) {
                for group in policy.securityGroups {
                    let before = change.before.groups[group.reference]?.rules ?? []
                    let after = change.after.groups[group.reference]?.rules ?? []
                    for port in group.ports where Facts.admits(before, address.ip, port) {
                        judged += 1
                        if Facts.admits(after, address.ip, port) { continue }
                        return
                            "\(address.reference.name) (\(address.ip)) stays reserved, and \(group.reference.id) does not admit it any more"
                    }
                }
            }
        }
        return nil
    }
}

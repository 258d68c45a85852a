import Model
import Sandbox

/// What a pool node holds, and was admitted by, stays admitted. (Not judged right after an edit by hand, as with `ReservedNeverRevoked`.)
struct HeldNeverRevoked: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(_, .revokeIngress) = change.cause, ledger.isSettled(.rules, within: 30_000) else { return nil }
        for (instance, index) in change.after.pool.sorted(by: { $0.key < $1.key }) {
            guard let ip = change.after.instances[instance]?.externalIP, ledger.hasLongHeld(instance, ip) else { continue }
            for group in ledger.stage.policies[index].securityGroups {
                let before = change.before.groups[group.reference]?.rules ?? []
                let after = change.after.groups[group.reference]?.rules ?? []
                for port in group.ports where Facts.admits(before, ip, port) {
                    judged += 1
                    if Facts.admits(after, ip, port) { continue }
                    return "\(instance.name) holds \(ip), and \(group.reference.id) does not admit it any more"
                }
            }
        }
        return nil
    }
}

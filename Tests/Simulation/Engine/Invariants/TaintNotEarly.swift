import Model
import Sandbox

/// The startup taint goes only from a node that holds a reserved address which every group admits.
struct TaintNotEarly: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(_, .removeTaint) = change.cause, ledger.isSettled(.nodes, .addresses, .rules) else { return nil }
        for instance in change.before.taints.subtracting(change.after.taints) {
            judged += 1
            guard let index = change.after.pool[instance], let ip = change.after.instances[instance]?.externalIP else {
                return "\(instance.name) has no address, and its startup taint was taken off"
            }
            let policy = ledger.stage.policies[index]
            guard ledger.reservedSince[index][ip] != nil else {
                return "\(instance.name) holds \(ip), not reserved, and its startup taint was taken off"
            }
            for group in policy.securityGroups {
                for port in group.ports where !Facts.admits(change.after.groups[group.reference]?.rules ?? [], ip, port) {
                    return "\(instance.name) holds \(ip), not admitted in \(group.reference.id), and its startup taint was taken off"
                }
            }
        }
        return nil
    }
}

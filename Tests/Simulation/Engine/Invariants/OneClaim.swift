import Model
import Sandbox

/// No two nodes of a pool are on their way to the same Address: the second would lose its own for nothing.
struct OneClaim: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        // A claim that fell behind the world does not stand, and stays a while: it is in nobody's way.
        guard case .tool(_, .setClaim) = change.cause, ledger.isSettled(.nodes, .addresses) else { return nil }
        var nodes: [AddressReference: InstanceReference] = [:]
        for instance in change.after.claims.keys.sorted()
        where change.after.pool[instance] != nil && !ledger.isClaimTouched(instance) {
            guard let claim = ledger.claim(on: instance) else { continue }
            judged += nodes.isEmpty ? 0 : 1
            if let other = nodes.updateValue(instance, forKey: claim.address) {
                return "\(claim.address.name) is claimed for \(other.name) and for \(instance.name)"
            }
        }
        return nil
    }
}

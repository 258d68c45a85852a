import Model
import Sandbox

/// No address is on two machines.
///
/// That is Compute Engine's promise, and the embedded one keeps it: an attach of what is held is refused. So this judges the stage, not the
/// tool, which is held to the same by `CheckedBeforeDetach` and `OneClaim`.
struct OneHolder: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard change.after.instances != change.before.instances else { return nil }
        var holders: [IPAddress: InstanceReference] = [:]
        for instance in change.after.instances.values {
            guard let ip = instance.externalIP else { continue }
            judged += holders.isEmpty ? 0 : 1
            if let other = holders.updateValue(instance.reference, forKey: ip) {
                return "\(ip) is on \(min(other, instance.reference).name) and \(max(other, instance.reference).name)"
            }
        }
        return nil
    }
}

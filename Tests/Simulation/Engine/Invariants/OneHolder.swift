import Model
import Sandbox

/// No address is on two machines.
struct OneHolder: Invariant {
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        var holders: [IPAddress: InstanceReference] = [:]
        for instance in change.after.instances.values {
            guard let ip = instance.externalIP else { continue }
            if let other = holders.updateValue(instance.reference, forKey: ip) {
                return "\(ip) is on \(min(other, instance.reference).name) and \(max(other, instance.reference).name)"
            }
        }
        return nil
    }
}

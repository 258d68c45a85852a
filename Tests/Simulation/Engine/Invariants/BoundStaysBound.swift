import Model
import Sandbox

/// A pool node that holds a reserved address keeps it: only an ephemeral address is taken off, or one that has left the reserved set.
struct BoundStaysBound: Invariant {
    var judged = 0
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .detaches(_, _, let instance, let id) = event, ledger.firstSent[id] == ledger.now,
            let policy = ledger.facts.pool[instance],
            let ip = ledger.facts.instances[instance]?.externalIP
        else { return nil }
        guard ledger.hasLongHeld(instance, ip) else { return nil }
        judged += 1
        guard ledger.isLongReserved(policy, ip) else { return nil }
        return "\(ip), which is reserved, is taken off \(instance.name)"
    }
}

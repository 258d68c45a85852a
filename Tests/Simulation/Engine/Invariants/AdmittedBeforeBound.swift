import Model
import Sandbox

/// An address is put on a node only when a describe that this very process was answered, within the time for which a good reading counts, showed it admitted in every
/// group of the policy by a rule for it alone.
struct AdmittedBeforeBound: Invariant {
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .attaches(let replica, let epoch, let instance, let ip?, let id) = event, ledger.firstSent[id] == ledger.now else { return nil }
        let stage = ledger.stage
        guard let policy = stage.policies.indices.first(where: { ledger.reservedLast[$0][ip] != nil }) else {
            return "\(ip), which was never reserved, is put on \(instance.name)"
        }
        for group in stage.policies[policy].securityGroups {
            let key = Ledger.Shown(replica: replica, epoch: epoch, policy: policy, group: group.reference, ip: ip)
            guard let shown = ledger.shown[key] else { return "\(ip) is put on \(instance.name), and \(group.reference.id) was never seen to admit it" }
            // The swap was planned by the reading, and checked and detached in between.
            let age = ledger.now - shown
            if age > stage.scenario[.lastGood] * 1000 + Ledger.grace {
                return "\(ip) is put on \(instance.name), and \(group.reference.id) was seen to admit it \(age / 1000) s ago"
            }
        }
        return nil
    }
}

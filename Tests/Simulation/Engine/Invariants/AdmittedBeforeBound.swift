import Model
import Sandbox

/// An address is put on a node only when a describe that this very process was answered, within the time for which a good reading counts,
/// showed it admitted in every group of the policy by a rule for it alone. It is so before the node's own address is taken off for it.
struct AdmittedBeforeBound: Invariant {
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        switch event {
        case .attaches(let replica, let epoch, let instance, let ip?, let id) where ledger.firstSent[id] == ledger.now:
            return judge(replica, epoch, instance, ip, ledger)
        case .detaches(let replica, let epoch, let instance, let id) where ledger.firstSent[id] == ledger.now:
            guard let claim = ledger.claim(on: instance) else { return nil }
            return judge(replica, epoch, instance, claim.ip, ledger)
        default: return nil
        }
    }

    private func judge(_ replica: Int, _ epoch: Int, _ instance: InstanceReference, _ ip: IPAddress, _ ledger: Ledger) -> String? {
        let stage = ledger.stage
        guard let policy = stage.policies.indices.first(where: { ledger.reservedLast[$0][ip] != nil }) else {
            return "\(instance.name) is to have \(ip), which was never reserved"
        }
        for group in stage.policies[policy].securityGroups {
            let key = Ledger.Shown(replica: replica, epoch: epoch, policy: policy, group: group.reference, ip: ip)
            guard let shown = ledger.shown[key] else {
                return "\(instance.name) is to have \(ip), and \(group.reference.id) was never seen to admit it"
            }
            // The swap was planned by the reading, and checked and detached in between.
            let age = ledger.now - shown
            if age > stage.scenario[.lastGood] * 1000 + Ledger.grace {
                return "\(instance.name) is to have \(ip), and \(group.reference.id) was seen to admit it \(age / 1000) s ago"
            }
        }
        return nil
    }
}

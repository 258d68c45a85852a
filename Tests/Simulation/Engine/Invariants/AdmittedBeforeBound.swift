import Model
import Sandbox

/// An address is put on a node only when it is reserved for the node's own policy, and when a describe that this very process was
/// answered, within the time for which a good reading counts, showed it admitted in every group of that policy by a rule for it alone, and
/// no later one lacked that rule. It is so before the node's own address is taken off for it.
struct AdmittedBeforeBound: Invariant {
    var judged = 0

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

    private mutating func judge(_ replica: Int, _ epoch: Int, _ instance: InstanceReference, _ ip: IPAddress, _ ledger: Ledger) -> String? {
        judged += 1
        // Moved between two pools, it may have been planned for as a node of either.
        var complaint: String?
        for policy in ledger.pools(of: instance) {
            guard let found = trouble(policy, replica, epoch, ip, ledger) else { return nil }
            complaint = complaint ?? found
        }
        return complaint.map { "\(instance.name) is to have \(ip), \($0)" }
    }

    /// The swap was planned by the readings, and checked and detached in between: hence the grace.
    private func trouble(_ policy: Int, _ replica: Int, _ epoch: Int, _ ip: IPAddress, _ ledger: Ledger) -> String? {
        let stage = ledger.stage
        guard ledger.wasReservedLately(policy, ip) else { return "which is not reserved for \(stage.policies[policy].name)" }
        for group in stage.policies[policy].securityGroups {
            let reader = Ledger.Reader(replica: replica, epoch: epoch, policy: policy, group: group.reference)
            guard let shown = ledger.shown(reader, ip) else { return "and \(group.reference.id) was never seen to admit it" }
            let age = ledger.now - shown.at
            if age > stage.scenario[.lastGood] * 1000 + ledger.grace {
                return "and \(group.reference.id) was seen to admit it \(age / 1000) s ago"
            }
            if let since = shown.lackedSince, ledger.now - since > ledger.grace {
                return "and \(group.reference.id) has been seen for \((ledger.now - since) / 1000) s not to admit it"
            }
        }
        return nil
    }
}

import Model
import Sandbox

/// Over the brake's limit nothing goes but confirmed releases and what a person approved, and nothing while nothing is reserved.
///
/// Judged where people have left the Addresses and the rules alone for as long as a decision's readings may be old; across restarts as
/// well, since it counts what is there. A group that the process could not read of late adds nothing: what it admits can't be known, and
/// one group that is out of reach must not keep the others as they are.
struct BrakesHold: Invariant {
    var judged = 0

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(let replica, _) = change.cause, ledger.isSettled(.addresses, .rules) else { return nil }
        for (rule, group) in change.revoked {
            if let message = judge(rule, group, change.before, replica, ledger) { return message }
        }
        return nil
    }

    private mutating func judge(
        _ rule: EC2Rule, _ group: SecurityGroupReference, _ facts: Facts, _ replica: Int, _ ledger: Ledger
    ) -> String? {
        let owners = ledger.stage.managers(of: rule, in: group)
        guard let policy = owners.first, owners.count == 1 else { return nil }
        judged += 1
        if !policy.safety.allowEmpty, facts.reserved(policy).isEmpty { return "\(rule.id) was revoked while nothing is reserved" }
        guard !facts.isReleased(rule, policy), !ledger.isApproved(rule, group) else { return nil }
        let (pending, limit) = facts.brake(policy, ledger.stage) { $0 == group || ledger.hasRead($0, by: replica) }
        return pending > limit ? "\(rule.id) was revoked while \(pending) revocations are pending, and \(limit) go without approval" : nil
    }
}

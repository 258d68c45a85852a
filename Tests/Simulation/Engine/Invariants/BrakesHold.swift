import Model
import Sandbox

/// Over the brake's limit nothing goes but confirmed releases and what a person approved; of what always needs approval nothing goes
/// without.
///
/// Judged only where the world has stood still for as long as a decision's readings may be old; across restarts as well, since it counts
/// what is there.
struct BrakesHold: Invariant {
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        guard case .tool(_, .revokeIngress) = change.cause else { return nil }
        for (reference, group) in change.before.groups {
            let left = Set((change.after.groups[reference]?.rules ?? []).map(\.id))
            let gone = group.inbound.filter { !left.contains($0.id) }
            guard !gone.isEmpty else { continue }
            for rule in gone {
                if let message = judge(rule, reference, change.before, ledger) { return message }
            }
        }
        return nil
    }

    private func judge(_ rule: EC2Rule, _ group: SecurityGroupReference, _ facts: Facts, _ ledger: Ledger) -> String? {
        let owners = ledger.stage.policies.filter { policy in
            policy.securityGroups.contains { $0.reference == group && $0.ports.contains { rule.traffic.admitsAny(of: $0) } }
        }
        if let owner = RuleOwner(description: rule.description ?? ""), !ledger.stage.policies.contains(where: { $0.name == owner.policy }) {
            return "\(rule.id), of another Drawbridge, was revoked"
        }
        if rule.source.cidr.map({ Stage.kept.contains($0) }) ?? false, !owners.isEmpty { return "\(rule.id), which is kept, was revoked" }
        if owners.isEmpty, ledger.stage.scenario[.scopeGroup] == 0 { return "\(rule.id), which admits no managed port, was revoked" }
        if let owner = owners.first, owners.count == 1, !owner.safety.allowEmpty, ledger.now - ledger.worldTouched > Ledger.grace,
            facts.reserved(owner).isEmpty
        {
            return "\(rule.id) was revoked while nothing is reserved"
        }
        guard ledger.now - ledger.approvedAt > 3_600_000 else { return nil }
        if rule.source.cidr == nil { return "\(rule.id), of an indirect source, was revoked without approval" }
        if let owner = owners.first, RuleOwner(description: rule.description ?? "")?.policy != owner.name || rule.traffic.protocol == .all,
            !rule.traffic.isConfined(to: owners.flatMap { $0.securityGroups.flatMap(\.ports) })
        {
            return "\(rule.id), which admits other ports too, was revoked without approval"
        }
        guard ledger.now - ledger.worldTouched > Ledger.grace, let policy = owners.first, owners.count == 1 else { return nil }
        guard !isReleased(rule, policy, facts) else { return nil }
        let (pending, limit) = count(policy, facts)
        return pending > limit ? "\(rule.id) was revoked while \(pending) revocations are pending, and \(limit) go without approval" : nil
    }

    private func isReleased(_ rule: EC2Rule, _ policy: Whitelist, _ facts: Facts) -> Bool {
        guard let owner = RuleOwner(description: rule.description ?? ""), owner.policy == policy.name, owner.address != nil,
            let block = rule.source.cidr
        else { return false }
        return !facts.addresses.values.contains { $0.ip == block.network }
    }

    /// Sources that are neither reserved nor kept nor another Drawbridge's, and the limit.
    private func count(_ policy: Whitelist, _ facts: Facts) -> (pending: Int, limit: Int) {
        let reserved = Set(facts.reserved(policy).map { CIDR($0.ip) })
        var pending: Set<SecurityGroupRule.Source> = []
        var admitted: Set<SecurityGroupRule.Source> = Set(reserved.map { .cidr($0) })
        for group in policy.securityGroups {
            for rule in facts.groups[group.reference]?.inbound ?? [] where group.ports.contains(where: { rule.traffic.admitsAny(of: $0) }) {
                guard let block = rule.source.cidr, rule.traffic.isConfined(to: group.ports) else { continue }
                let owner = RuleOwner(description: rule.description ?? "")
                if let owner, owner.policy != policy.name { continue }
                admitted.insert(rule.source)
                if reserved.contains(block) || Stage.kept.contains(block) { continue }
                if owner == nil && group.foreignRules == .report { continue }
                pending.insert(rule.source)
            }
        }
        return (pending.count, max(1, min(policy.safety.maxRevocations, admitted.count / 2)))
    }
}

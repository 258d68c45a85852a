import Model
import Sandbox

/// What a policy's rules come to, counted from the world alone: by no code that ships.
extension Facts {
    /// What a rule is to a policy.
    enum Standing {
        /// None of its ports are this policy's to judge.
        case outside
        /// Of another Drawbridge, or of another policy.
        case others
        /// Admits a reserved address, alone.
        case reserved
        case kept
        /// Written by this policy, for an Address that is not reserved any more.
        case stale
        case foreign
    }

    func standing(_ rule: EC2Rule, _ policy: Whitelist, _ group: Whitelist.Group, _ others: [ManagedPort]) -> Standing {
        let isManaged = group.ports.contains { rule.traffic.admitsAny(of: $0) }
        guard isManaged || group.scope == .group && !rule.traffic.isConfined(to: others) else { return .outside }
        let owner = RuleOwner(description: rule.description ?? "")
        if let owner, owner.policy != policy.name { return .others }
        guard let block = rule.source.cidr else { return .foreign }
        if block.isSingleAddress, reserved(policy).contains(where: { $0.ip == block.network }) { return .reserved }
        if Stage.kept.contains(block) { return .kept }
        let isOurs = owner != nil && block.isSingleAddress && group.ports.contains { Traffic($0) == rule.traffic }
        return isOurs ? .stale : .foreign
    }

    /// The Address for which a policy wrote a rule is gone.
    func isReleased(_ rule: EC2Rule, _ policy: Whitelist) -> Bool {
        guard let owner = RuleOwner(description: rule.description ?? ""), owner.policy == policy.name, owner.address != nil,
            let block = rule.source.cidr
        else { return false }
        return !addresses.values.contains { $0.ip == block.network }
    }

    /// Sources that are to go, but for those that wait for approval whatever their number, and how many may go without.
    ///
    /// - Parameter counts: the groups that count.
    func brake(
        _ policy: Whitelist, _ stage: Stage, where counts: (SecurityGroupReference) -> Bool = { _ in true }
    ) -> (pending: Int, limit: Int) {
        var pending: Set<SecurityGroupRule.Source> = []
        var admitted = Set(reserved(policy).map { SecurityGroupRule.Source.cidr(CIDR($0.ip)) })
        for group in policy.securityGroups where counts(group.reference) {
            let others = stage.otherPorts(than: policy, in: group.reference)
            for rule in groups[group.reference]?.inbound ?? [] {
                let standing = standing(rule, policy, group, others)
                if standing == .outside { continue }
                admitted.insert(rule.source)
                guard standing == .stale || standing == .foreign && group.foreignRules == .revoke else { continue }
                if !Self.needsApproval(rule, standing, group) { pending.insert(rule.source) }
            }
        }
        return (pending.count, max(1, min(policy.safety.maxRevocations, admitted.count / 2)))
    }

    /// Whatever the brake says: an indirect source, and a foreign rule that admits other ports beside the managed ones.
    static func needsApproval(_ rule: EC2Rule, _ standing: Standing, _ group: Whitelist.Group) -> Bool {
        guard standing == .foreign else { return false }
        let isManaged = group.ports.contains { rule.traffic.admitsAny(of: $0) }
        return rule.source.cidr == nil || isManaged && !rule.traffic.isConfined(to: group.ports)
    }

    /// A rule that nothing holds back, and that stands. Not so right after a change: for the end of a run.
    func leftover(_ index: Int, _ stage: Stage) -> String? {
        let policy = stage.policies[index]
        if !policy.safety.allowEmpty && reserved(policy).isEmpty { return nil }
        let exact = Set(policy.securityGroups.flatMap { groups[$0.reference]?.rules ?? [] }.map(\.source))
        // Rules that admit a reserved address which nothing else admits yet wait until something does.
        let waiting = reserved(policy).map(\.ip).filter { !exact.contains(.cidr(CIDR($0))) }
        let held = waiting + pool.filter { $0.value == index }.keys.compactMap { instances[$0]?.externalIP }
        let (pending, limit) = brake(policy, stage)
        for group in policy.securityGroups {
            let others = stage.otherPorts(than: policy, in: group.reference)
            for rule in groups[group.reference]?.inbound ?? [] {
                let standing = standing(rule, policy, group, others)
                guard standing == .stale || standing == .foreign && group.foreignRules == .revoke,
                    !Self.needsApproval(rule, standing, group), let block = rule.source.cidr, !held.contains(where: block.contains),
                    pending <= limit || standing == .stale && isReleased(rule, policy)
                else { continue }
                return "\(rule.id) of \(block) stands in \(group.reference.id), and nothing holds it back"
            }
        }
        return nil
    }
}

extension Stage {
    /// The policies on whose ports a rule admits something.
    func managers(of rule: EC2Rule, in group: SecurityGroupReference) -> [Whitelist] {
        policies.filter { policy in
            policy.securityGroups.contains { $0.reference == group && $0.ports.contains { rule.traffic.admitsAny(of: $0) } }
        }
    }

    func otherPorts(than policy: Whitelist, in group: SecurityGroupReference) -> [ManagedPort] {
        policies.filter { $0.name != policy.name }.flatMap(\.securityGroups).filter { $0.reference == group }.flatMap(\.ports)
    }
}

extension Ledger.Change {
    /// What the tool's revoke took away, by group and in their order; empty after anything else.
    var revoked: [(rule: EC2Rule, group: SecurityGroupReference)] {
        guard case .tool(_, .revokeIngress) = cause else { return [] }
        return before.groups.sorted { $0.key < $1.key }.flatMap { reference, group in
            let left = Set((after.groups[reference]?.rules ?? []).map(\.id))
            return group.inbound.filter { !left.contains($0.id) }.map { ($0, reference) }
        }
    }
}

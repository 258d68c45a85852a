package import Model

/// What an inbound rule is to a policy. Every rule of a group gets exactly one class: what is foreign is a decision with a name, not a
/// leftover.
package enum RuleClass: Hashable, Sendable {
    /// Admits nothing on the managed ports (or, in scope `group`, only other policies' ports).
    case outOfScope
    /// Its description names another Drawbridge owner. Never revoked, only reported.
    case otherOwner(String)
    /// Admits reserved addresses and nothing else.
    case exact
    /// Wholly contained in an entry of the policy's `keep` list.
    case kept(Whitelist.Group.Keep)
    /// Written by this policy for an Address that is not in the reserved set any more.
    case stale(RuleOwner)
    /// In scope, admits an address outside the reserved set, and is not on the `keep` list.
    case foreign
}

extension RuleClass {
    /// - Parameter otherPorts: what other policies manage on this group.
    package static func of(
        _ rule: SecurityGroupRule, policy: String, group: Whitelist.Group, reserved: ReservedSet, otherPorts: [ManagedPort]
    ) -> RuleClass {
        guard isInScope(rule, group: group, otherPorts: otherPorts) else { return .outOfScope }
        let owner = RuleOwner(description: rule.description)
        if let owner, owner.policy != policy, !Mutant.revokesOfOtherOwners.isActive { return .otherOwner(owner.policy) }
        if let block = rule.source.cidr, reserved.isLossless(block) { return .exact }
        if let entry = group.keep.first(where: { contains($0, rule.source) }), !Mutant.revokesWhatIsKept.isActive { return .kept(entry) }
        if let owner, isOurWriting(rule, group: group) { return .stale(owner) }
        return .foreign
    }

    /// A description alone proves nothing, since anyone can copy it: Drawbridge writes one block of one Address, on exactly a managed
    /// port. All else that carries one is foreign, with what holds foreign rules back.
    private static func isOurWriting(_ rule: SecurityGroupRule, group: Whitelist.Group) -> Bool {
        guard let block = rule.source.cidr else { return false }
        let isAddress = block.isSingleAddress || (block.family == .v6 && block.prefixLength == 96)
        return isAddress && group.ports.contains { Traffic($0) == rule.traffic }
    }

    /// Whose Drawbridge wrote a rule, and for which Address; `nil` for what Drawbridge does not write on this group.
    static func writer(of rule: SecurityGroupRule, group: Whitelist.Group) -> RuleOwner? {
        isOurWriting(rule, group: group) ? RuleOwner(description: rule.description) : nil
    }

    private static func isInScope(_ rule: SecurityGroupRule, group: Whitelist.Group, otherPorts: [ManagedPort]) -> Bool {
        let admitsManaged = group.ports.contains { rule.traffic.admitsAny(of: $0) }
        switch group.scope {
        case .ports: return admitsManaged || Mutant.revokesOutOfScope.isActive
        case .group: return admitsManaged || !rule.traffic.isConfined(to: otherPorts)
        }
    }

    private static func contains(_ entry: Whitelist.Group.Keep, _ source: SecurityGroupRule.Source) -> Bool {
        switch (entry, source) {
        case (.cidr(let wanted), .cidr(let block)): wanted.contains(block)
        case (.securityGroup(let wanted), .securityGroup(let id, _)): wanted == id
        case (.prefixList(let wanted), .prefixList(let id)): wanted == id
        default: false
        }
    }
}

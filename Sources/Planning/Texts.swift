import Model

extension WaitReason {
    /// One sentence for people: why, and what to do.
    package var text: String {
        switch self {
        case .exhausted(let region, 0, _):
            return "the reserved set has no address in \(region), and a node can hold one of its own region only; reserve some there, with the policy's labels"
        case .exhausted(let region, let reserved, let otherTier):
            let tier = otherTier > 0 ? " in the node's network tier (\(otherTier) of the other tier are)" : ""
            return "none of the \(reserved) reserved in \(region) is free\(tier); reserve more, or let the pool shrink"
        case .notAdmitted(let address, let groups):
            return "\(address.name) is free, but not yet admitted in \(groups.map(\.description).joined(separator: ", "))"
        case .concurrency(let limit): return "as many swaps as may run at a time are under way: \(limit) (nodes.maxConcurrentSwaps)"
        case .firstSwap: return "the first swap of this controller goes alone; the others follow once it has succeeded"
        case .ownNode:
            return "it runs this controller, which would cut itself off; run a second replica on another node, or move this one off the pool"
        case .privateNode:
            return "its instance has no external access config (a private node): such a node leaves by Cloud NAT; use a policy without `nodes` for that"
        case .noInstance(nil): return "its spec.providerID is not set yet"
        case .noInstance(.some(let id)): return "its spec.providerID, \(id), is not that of a GCE instance"
        case .instanceChanged(let expected, let found):
            return "its instance was recreated (id \(expected) on the node, \(found) in GCE); the Node object is about to follow"
        case .instanceStatus(let status): return "its instance is \(status)"
        case .beingDeleted: return "it is being deleted"
        case .backOff(let reason): return "tried a moment ago, tried again later: \(reason)"
        case .unknown(let unknown): return "not known: \(unknown.message)"
        case .paused: return "the policy is suspended, or only the whitelist half runs"
        }
    }
}

extension Hold {
    /// One sentence for people: why, and what to do.
    package var text: String {
        switch self {
        case .brake(let pending, let limit): return "\(pending) revocations are pending, and at most \(limit) go without approval"
        case .unmanagedPorts: return "the rule also admits ports outside the managed ones, which its revoke would cut"
        case .indirectSource: return "its source is a security group or a prefix list"
        case .emptyReservedSet: return "the reserved set is empty; check the labels and the project, or set safety.allowEmpty"
        case .inUse(let nodes): return "pool nodes depend on it and must move to another address first: \(Self.brief(nodes))"
        case .notReadBack(let blocks):
            return "exact rules for \(Self.brief(blocks.map(\.description))), which it covers, must be read back first"
        case .unknown(let unknown): return "not known: \(unknown.message)"
        }
    }

    /// The first five, and how many more.
    private static func brief(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}

extension GroupPlan {
    /// The arithmetic of a group at its quota, and what to do; empty when there is room for all.
    package func quotaText(approval: Approval?) -> String {
        guard !withoutRoom.isEmpty else { return "" }
        let full = quota.filter { $0.after >= $0.limit }
        let arithmetic = (full.isEmpty ? quota : full).map { use in
            let come = authorizations.count { $0.permission.cidr.family == use.family }
            return "\(use.before) of \(use.limit) inbound IPv\(use.family.rawValue) rules are used, "
                + "\(use.after) after this plan (\(come) authorized, \(use.before + come - use.after) revoked)"
        }
        let heldHere = held.count { item in
            item.hold.isApprovable && item.revocation.rule.source.cidr.map { block in full.contains { $0.family == block.family } } ?? false
        }
        let count = withoutRoom.count == 1 ? "1 reserved address" : "\(withoutRoom.count) reserved addresses"
        var text = "\(group) is at its quota, with no room for \(count): \(arithmetic.joined(separator: "; ")). "
        if let approval, heldHere > 0 {
            text += "\(heldHere) revocations that may make room are held for approval: drawbridge apply --policy FILE --approve \(approval.digest)"
        } else {
            text += "Have AWS raise the quota of rules per security group and say so in ruleQuota, or remove rules."
        }
        return text
    }
}

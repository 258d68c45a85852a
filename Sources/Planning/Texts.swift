import Model

extension WaitReason {
    /// One sentence for people: why, and what to do.
    package var text: String {
        switch self {
        case .exhausted(let region, let reserved, let otherTier):
            let tier = otherTier > 0 ? " (\(otherTier) free ones are of another network tier than the node's)" : ""
            return "no reserved address of \(region) is free\(tier): \(reserved) are reserved there; reserve more, or let the pool shrink"
        case .notAdmitted(let address, let groups):
            return "\(address.name) is free, but not yet admitted in \(groups.map(\.description).joined(separator: ", "))"
        case .concurrency(let limit): return "\(limit) swaps are under way, the limit (nodes.maxConcurrentSwaps)"
        case .ownNode:
            return "it runs this controller, which would cut itself off; run a second replica on another node, or move this one off the pool"
        case .privateNode:
            return "its instance has no external access config (a private node): such a node leaves by Cloud NAT; use a policy without `nodes` for that"
        case .noInstance(nil): return "its spec.providerID is not set yet"
        case .noInstance(.some(let id)): return "its spec.providerID \(id) is not a GCE instance"
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
        case .inUse(let nodes): return "\(nodes.prefix(5).joined(separator: ", ")) hold addresses that only this rule admits; they are moved first"
        case .notReadBack(let blocks):
            return "\(blocks.prefix(5).map(\.description).joined(separator: ", ")) beneath it are not admitted by exact rules yet"
        case .unknown(let unknown): return "not known: \(unknown.message)"
        }
    }
}

extension GroupPlan {
    /// The arithmetic of a group at its quota, and what to do; empty when there is room for all.
    package func quotaText(approval: Approval?) -> String {
        guard !withoutRoom.isEmpty, let use = quota.first(where: { $0.after >= $0.limit }) ?? quota.first else { return "" }
        let heldHere = held.filter { $0.revocation.rule.source.cidr?.family == use.family }.count
        var text = "\(group): \(use.before) of \(use.limit) inbound rules are used, \(authorizations.count) more fit, \(withoutRoom.count) Addresses find no room; "
        text += "\(heldHere) revocations that would make room are held. "
        if let approval, heldHere > 0 {
            text += "Free them with `drawbridge apply --policy FILE --approve \(approval.digest)`."
        } else {
            text += "Ask AWS for a higher quota and set ruleQuota, or remove rules."
        }
        return text
    }
}

extension GroupPlan.Revocation.Reason {
    /// A few words for people.
    package var text: String {
        switch self {
        case .confirmedRelease: "its Address is released"
        case .stale: "its Address has left the reserved set"
        case .foreign: "foreign"
        }
    }
}

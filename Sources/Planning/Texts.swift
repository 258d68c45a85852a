package import Model

extension Int {
    /// "1 revocation", "2 revocations".
    package func counting(_ noun: String, _ plural: String? = nil) -> String { "\(self) \(self == 1 ? noun : plural ?? noun + "s")" }
}

extension Plan {
    /// Where an address is not admitted, a text for each kind of it. Of a group that can't be read nothing is claimed but that.
    package func notAdmittedText(in groups: [SecurityGroupReference]) -> [String] {
        let (without, unknown) = admission(groups)
        return (without.isEmpty ? [] : ["not admitted yet in \(without)"]) + (unknown.isEmpty ? [] : ["not known whether \(unknown)"])
    }

    /// The groups that do not admit an address, and "G admits it" of those that may.
    fileprivate func admission(_ groups: [SecurityGroupReference]) -> (without: String, unknown: String) {
        let unread = Set(self.groups.filter { $0.unknown != nil }.map(\.group))
        let without = groups.filter { !unread.contains($0) }.map(\.description).joined(separator: ", ")
        let unknown = groups.filter(unread.contains)
        let names = unknown.map(\.description).joined(separator: ", ")
        return (without, unknown.isEmpty ? "" : "\(names) \(unknown.count == 1 ? "admits" : "admit") it")
    }

    /// Why a rule that stands can't be called foreign: an Address of the unread part of the reserved set may be what it admits.
    package func foreignUnknown(_ rule: SecurityGroupRule) -> Unknown? {
        guard let block = rule.source.cidr, block.prefixLength > 0 else { return nil }
        return reservedUnknown
    }
}

extension SecurityGroupRule {
    package var isOpenToEveryone: Bool { source.cidr?.prefixLength == 0 }
}

extension Whitelist.Group.Keep {
    /// As it stands in the policy.
    package var text: String {
        switch self {
        case .cidr(let block): "keep {cidr: \(block)}"
        case .securityGroup(let id): "keep {securityGroup: \(id)}"
        case .prefixList(let id): "keep {prefixList: \(id)}"
        }
    }
}

extension WaitReason {
    /// `text` for the reader of a plan: it knows which groups could not be read, and whether the policy is suspended.
    package func text(in plan: Plan) -> String {
        switch self {
        case .paused: return plan.isSuspended ? "the policy is suspended" : "only the whitelist half runs"
        case .notAdmitted(let address, let groups):
            let (without, unknown) = plan.admission(groups)
            let parts =
                (without.isEmpty ? [] : ["not yet admitted in \(without)"])
                + (unknown.isEmpty ? [] : ["it is not known whether \(unknown)"])
            return "\(address.name) is free, but \(parts.joined(separator: ", and "))"
        default: return text
        }
    }

    /// Whether the node may well have an address: it is only not known.
    package var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }

    /// One sentence for people: why, and what to do.
    package var text: String {
        switch self {
        case .exhausted(let region, 0, _):
            return
                "the reserved set has no address in \(region), and a node can hold one of its own region only; reserve some there, with the policy's labels"
        case .exhausted(let region, let reserved, let otherTier):
            let tier = otherTier > 0 ? " in the node's network tier (\(otherTier) of the other tier \(otherTier == 1 ? "is" : "are"))" : ""
            let none =
                reserved == 1
                ? "the only address reserved in \(region) is not free" : "none of the \(reserved) reserved in \(region) is free"
            return "\(none)\(tier); reserve more, or let the pool shrink"
        case .notAdmitted(let address, let groups):
            return "\(address.name) is free, but not yet admitted in \(groups.map(\.description).joined(separator: ", "))"
        case .concurrency(let limit): return "as many swaps as may run at a time are under way: \(limit) (nodes.maxConcurrentSwaps)"
        case .firstSwap: return "the first swap of this controller goes alone; the others follow once it has succeeded"
        case .ownNode:
            return
                "it runs this controller, which would cut itself off; run a second replica on another node, or move this one off the pool"
        case .privateNode:
            return
                "its instance has no external access config: it is a private node, which leaves by Cloud NAT (use a policy without `nodes` for that), "
                + "or its external address was taken off by hand (add an access config again)"
        case .otherStaticAddress(let address):
            return
                "it holds a static address outside the reserved set, \(address), and keeps it, since no rule that this policy wrote is for it; "
                + "give that Address the policy's labels (again), or take it off the node by hand"
        case .noInstance(nil): return "its spec.providerID is not set yet"
        case .noInstance(.some(let id)): return "its spec.providerID, \(id), is not that of a GCE instance"
        case .otherProject(let instance, let addresses):
            return
                "its instance is in project \(instance), the policy's addresses in project \(addresses): an instance can only hold addresses of its own project; "
                + "reserve them there, and name that project in addresses.project"
        case .instanceChanged(let expected, let found):
            return "its instance was recreated (id \(expected) on the node, \(found) in GCE); the Node object is about to follow"
        case .instanceGone: return "its instance is gone; the Node object is about to follow"
        case .instanceStatus(let status): return "its instance is \(status)"
        case .beingDeleted: return "it is being deleted"
        case .otherClaim(let policy, nil): return "the policy \(policy) began a swap on it, and settles it first"
        case .otherClaim(let policy, .some(let age)):
            return
                "the policy \(policy), which this controller does not have, began a swap on it; it is taken up \(age.brief) after it began, should nobody carry it on"
        case .backOff(let reason): return "tried a moment ago, tried again later: \(reason)"
        case .unknown(let unknown): return "not known: \(unknown.message)"
        case .outsidePlan: return "a saved plan is carried out, and this is not in it"
        case .paused: return "the policy is suspended, or only the whitelist half runs"
        }
    }
}

extension NodeState {
    fileprivate var isOtherStatic: Bool {
        if case .waiting(.otherStaticAddress) = self { true } else { false }
    }
}

extension Hold {
    /// One sentence for people: why, and what to do.
    package var text: String {
        switch self {
        case .brake(let pending, let limit):
            return
                "\(pending.counting("revocation is", "revocations are")) pending, and at most \(limit.counting("goes", "go")) without approval"
        case .unmanagedPorts: return "the rule also admits ports outside the managed ones, which its revoke would cut"
        case .indirectSource: return "its source is a security group or a prefix list"
        case .emptyReservedSet: return "the reserved set is empty; check the labels and the project, or set safety.allowEmpty"
        case .inUse(let nodes):
            let depend = nodes.count == 1 ? "a pool node depends" : "pool nodes depend"
            return "\(depend) on it and must move to another address first: \(Self.brief(nodes))"
        case .notReadBack(let blocks):
            return "exact rules for \(Self.brief(blocks.map(\.description))), which it covers, must be read back first"
        case .unknown(let unknown): return "not known: \(unknown.message)"
        }
    }

    /// `text` for the reader of a plan: which of the nodes that it waits for don't move by themselves.
    package func text(in plan: Plan) -> String {
        guard case .inUse(let nodes) = self else { return text }
        let keeping = plan.nodes.filter { nodes.contains($0.node.name) && $0.state.isOtherStatic }.map(\.node.name)
        guard !keeping.isEmpty else { return text }
        let one = keeping.count == 1
        return
            "\(text); \(Self.brief(keeping)) \(one ? "keeps its static address" : "keep their static addresses"), which no rule that this policy wrote is for: "
            + "give \(one ? "that Address" : "those Addresses") the policy's labels (again), or take \(one ? "it" : "them") off by hand"
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
            return
                "\(use.before) of \(use.limit.counting("inbound IPv\(use.family.rawValue) rule")) \(use.before == 1 ? "is" : "are") used, "
                + "\(use.after) after this plan (\(come) authorized, \(use.before + come - use.after) revoked)"
        }
        let heldHere = held.count { item in
            item.hold.isApprovable && item.revocation.rule.source.cidr.map { block in full.contains { $0.family == block.family } } ?? false
        }
        let count = withoutRoom.count.counting("reserved address", "reserved addresses")
        var text = "\(group) is at its quota, with no room for \(count): \(arithmetic.joined(separator: "; ")). "
        if let approval, heldHere > 0 {
            text += heldHere == 1 ? "1 revocation that may make room is" : "\(heldHere) revocations that may make room are"
            text += " held for approval: drawbridge apply --policy FILE --approve \(approval.digest)"
        } else {
            text += "Have AWS raise the quota of rules per security group and say so in ruleQuota, or remove rules."
        }
        return text
    }
}

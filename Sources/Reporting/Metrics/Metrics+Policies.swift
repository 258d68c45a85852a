import Model
import Planning

extension Metrics {
    mutating func addPolicies() {
        var room = Self.addressLimit
        for policy in snapshot.policies {
            let label = ("policy", policy.policy.name)
            self[.policySuspended].add([label], policy.policy.suspend)
            self[.policyUnboundAfter].add([label], policy.policy.alerts.unboundAfter.inSeconds)
            self[.swapsRunning].add([label], policy.activity.swaps.count)
            self[.nodesStranded].add([label], policy.activity.swaps.count { $0.stranded != nil })
            if let at = policy.passedAt { self[.lastPass].add([label], at.inSeconds) }
            if let at = policy.succeededAt { self[.lastSuccess].add([label], at.inSeconds) }
            guard let plan = policy.plan else { continue }
            add(addresses: plan, policy, label, &room)
            add(nodes: plan, label)
            for group in plan.groups { add(group, label) }
            add(held: plan, label)
            self[.approvalPending].add([label], plan.approval != nil)
            self[.unknownReadings].add([label], plan.unknowns.count)
        }
    }

    private mutating func add(addresses plan: Plan, _ policy: PolicySnapshot, _ label: (String, String), _ room: inout Int) {
        var counts = ["bound": 0, "claimed": 0, "unbound": 0, "boundElsewhere": 0, "unknown": 0]
        var unlisted = 0
        for item in plan.addresses {
            counts[item.state.word, default: 0] += 1
            guard item.state.isNotBound else { continue }
            guard room > 0 else {
                unlisted += 1
                continue
            }
            guard let since = policy.chronology.since(item)?.at ?? policy.passedAt else { continue }
            room -= 1
            let address = item.address
            self[.addressNotBoundSince].add(
                [
                    label, ("project", address.reference.project), ("region", address.reference.region), ("address", address.name),
                    ("ip", address.ip.description), ("state", item.state.word),
                ], since.inSeconds)
        }
        for (state, count) in counts { self[.addresses].add([label, ("state", state)], count) }
        self[.addressesUnlisted].add([label], unlisted)
        self[.addressesNotAdmitted].add([label], plan.addresses.count { !$0.notAdmittedIn.isEmpty })
    }

    private mutating func add(nodes plan: Plan, _ label: (String, String)) {
        // Of a pool that could not be read there is nothing to tell: zero would be an answer.
        guard plan.hasNodes, plan.nodesUnknown == nil else { return }
        var counts = ["bound": 0, "swapping": 0, "waiting": 0]
        var reasons: [String: Int] = [:]
        for node in plan.nodes {
            switch node.state {
            case .bound: counts["bound", default: 0] += 1
            case .swapping: counts["swapping", default: 0] += 1
            case .waiting(let reason):
                counts["waiting", default: 0] += 1
                reasons[reason.word, default: 0] += 1
            }
        }
        for (state, count) in counts { self[.nodes].add([label, ("state", state)], count) }
        for (reason, count) in reasons { self[.nodesWaiting].add([label, ("reason", reason)], count) }
    }

    private mutating func add(_ group: GroupPlan, _ label: (String, String)) {
        guard group.unknown == nil else { return }
        let labels = [label, ("security_group", group.group.id), ("region", group.group.region)]
        var classes = ["reserved": 0, "kept": 0, "stale": 0, "released": 0, "foreign": 0, "otherOwner": 0, "outOfScope": 0]
        for item in group.standing { classes[item.ruleClass.word, default: 0] += 1 }
        for item in group.revocations + group.held.map(\.revocation) { classes[item.reason.word, default: 0] += 1 }
        for (word, count) in classes { self[.rules].add(labels + [("class", word)], count) }
        for (change, count) in [
            ("authorize", group.authorizations.count), ("revoke", group.revocations.count), ("held", group.held.count),
        ] {
            self[.ruleChangesPending].add(labels + [("change", change)], count)
        }
        for use in group.quota {
            let family = labels + [("family", use.family == .v4 ? "ipv4" : "ipv6")]
            self[.ruleQuota].add(family, use.limit)
            self[.ruleQuotaUsed].add(family, use.before)
        }
    }

    private mutating func add(held plan: Plan, _ label: (String, String)) {
        var reasons = [Hold.brake(pending: 0, limit: 0).word: 0]
        for item in plan.groups.flatMap(\.held) { reasons[item.hold.word, default: 0] += 1 }
        for (reason, count) in reasons { self[.heldRevocations].add([label, ("reason", reason)], count) }
    }
}

extension AddressState {
    /// As in `StatusDocument`.
    fileprivate var word: String {
        switch self {
        case .bound: "bound"
        case .claimed: "claimed"
        case .unbound: "unbound"
        case .boundElsewhere: "boundElsewhere"
        case .unknown: "unknown"
        }
    }

    /// Nothing of the pool holds it, or is about to.
    fileprivate var isNotBound: Bool {
        switch self {
        case .unbound, .boundElsewhere: true
        case .bound, .claimed, .unknown: false
        }
    }
}

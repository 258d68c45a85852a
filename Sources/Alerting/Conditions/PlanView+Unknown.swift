import Model
import Planning

/// Of what could not be read: that it is so, and what can't be said for it.
extension PlanView {

    var unknowns: [Condition] {
        plan.unknowns.map { unknown in
            Condition(
                identity(.readingUnknown, subject(of: unknown)), .warning,
                "not known, so nothing is revoked on it: \(unknown.message)",
                action: "drawbridge doctor --policy FILE says what is wrong with the way there, the identity or its rights", after: .zero)
        } + plan.groups.compactMap(undecided)
    }

    /// What holds rules of a group without a reading of its own that failed, such as a node that shows no external address yet.
    private func undecided(_ group: GroupPlan) -> Condition? {
        let items = group.held.compactMap { item -> (rule: String, unknown: Unknown)? in
            guard let unknown = item.hold.unknown, !plan.unknowns.contains(unknown) else { return nil }
            return (item.revocation.rule.id, unknown)
        }
        guard let first = items.first else { return nil }
        return Condition(
            identity(.readingUnknown, "\(group.group.id)/held"), .warning,
            "not known whether \(brief(items.map(\.rule))) in \(group.group) \(items.count == 1 ? "is" : "are") to stay: \(first.unknown.message)",
            action: "drawbridge explain \(first.rule) says what it waits for", labels: labels(group.group),
            after: policy.alerts.unassignedAfter)
    }

    /// Without the request id, which is another each time: the same trouble is one condition.
    private func subject(of unknown: Unknown) -> String {
        unknown.message.split(separator: " ").filter { $0 != "(request" && $0 != "id" && !$0.hasSuffix(")") }.joined(separator: " ")
    }

    /// One for each API that refuses this identity, or to which it has no credentials.
    var refused: [Condition] {
        var first: [String: Unknown] = [:]
        for unknown in plan.unknowns {
            let api = String(unknown.message.prefix { $0 != " " })
            guard unknown.cause == .denied || api == "credentials" || api == "sts" else { continue }
            if first[api] == nil { first[api] = unknown }
        }
        return first.sorted { $0.key < $1.key }.map { api, unknown in
            Condition(
                identity(.credentialsRefused, api), .warning, "what this process calls \(api) with is refused: \(unknown.message)",
                action:
                    "drawbridge doctor --policy FILE names the identity and the rights it lacks; drawbridge policies prints what to grant",
                labels: ["api": api], after: .zero)
        }
    }

    /// What this plan's silence says nothing about.
    var undetermined: [Undetermined] {
        var result: [Undetermined] = []
        let ofRules: Set<AlertKind> = [
            .foreignRule, .heldForApproval, .revocationHeld, .ruleQuotaReached, .ruleQuotaNear, .addressReleasedWhileAdmitted,
        ]
        let ofPool: Set<AlertKind> = [.addressUnbound, .addressBoundElsewhere, .nodeUnassigned, .poolExhausted]
        if plan.reservedUnknown != nil { result.append(Undetermined(ofRules.union(ofPool))) }
        if plan.nodesUnknown != nil { result.append(Undetermined(ofPool.union([.heldForApproval, .revocationHeld]))) }
        for group in plan.groups {
            if group.unknown != nil {
                result.append(Undetermined(ofRules, where: "securityGroup", is: group.group.id))
                result.append(Undetermined([.heldForApproval]))
            }
            for item in group.held where item.hold.unknown != nil {
                result.append(
                    Undetermined(
                        [.foreignRule, .revocationHeld, .addressReleasedWhileAdmitted], where: "rule", is: item.revocation.rule.id))
            }
        }
        for item in plan.addresses {
            guard case .unknown = item.state else { continue }
            result.append(
                Undetermined([.addressUnbound, .addressBoundElsewhere], where: "address", is: item.address.reference.name))
        }
        for item in plan.nodes {
            guard case .waiting(let reason) = item.state, reason.isUnknown else { continue }
            result.append(Undetermined([.nodeUnassigned], where: "node", is: item.node.name))
            result.append(Undetermined([.poolExhausted]))
        }
        return result
    }
}

import Model
import Planning

/// Of security groups: what waits for a person, and what the quota says.
extension PlanView {
    var held: [Condition] { approval + revocationsHeld }

    private var approval: [Condition] {
        guard let approval = plan.approval else { return [] }
        let count = approval.rules.count
        let rules = brief(approval.rules.map { "\($0.ruleID) (\($0.source) \($0.traffic)) in \($0.group)" })
        return [
            Condition(
                identity(.heldForApproval, approval.digest), .warning,
                "\(count.counting("revocation is", "revocations are")) held for approval: \(rules)",
                action:
                    "look at `drawbridge plan`, then free \(count == 1 ? "it" : "them") with `drawbridge apply --policy FILE --approve \(approval.digest)`",
                labels: ["digest": approval.digest], after: .zero)
        ]
    }

    private var revocationsHeld: [Condition] {
        plan.groups.flatMap { group in
            group.held.filter { !$0.hold.isApprovable && $0.hold.unknown == nil }.map { item in
                let rule = item.revocation.rule
                return Condition(
                    identity(.revocationHeld, "\(group.group.id)/\(rule.id)"), .warning,
                    "\(text(rule)) in \(group.group) is due to be revoked, and held: \(item.hold.text(in: plan))",
                    action: "drawbridge explain \(rule.id) says what it waits for", labels: labels(group.group, rule),
                    after: policy.alerts.unassignedAfter)
            }
        }
    }

    var quota: [Condition] { plan.groups.flatMap { reached($0) + near($0) } }

    private func reached(_ group: GroupPlan) -> [Condition] {
        guard !group.withoutRoom.isEmpty else { return [] }
        return [
            Condition(
                identity(.ruleQuotaReached, "\(group.group)"), .warning,
                "\(group.quotaText(approval: plan.approval)) Not admitted: \(brief(group.withoutRoom.map(\.name)))",
                action: Self.quotaAdvice, labels: labels(group.group), after: .zero)
        ]
    }

    /// Nine tenths are used once the plan is carried out, or fewer than five are left.
    static func isNear(_ use: QuotaUse) -> Bool { use.after * 10 >= use.limit * 9 || use.limit - use.after < 5 }

    private func near(_ group: GroupPlan) -> [Condition] {
        guard group.withoutRoom.isEmpty, group.unknown == nil else { return [] }
        return group.quota.filter(Self.isNear).map { use in
            Condition(
                identity(.ruleQuotaNear, "\(group.group) IPv\(use.family.rawValue)"), .warning,
                "\(group.group) has \(use.after) of \(use.limit.counting("inbound IPv\(use.family.rawValue) rule")) in use once this plan is carried out: room for \(max(0, use.limit - use.after)) more",
                action: Self.quotaAdvice, labels: labels(group.group), after: policy.alerts.unassignedAfter)
        }
    }

    private static let quotaAdvice =
        "have AWS raise \"Inbound or outbound rules per security group\" (Service Quotas console, Amazon VPC, L-0EA8095F) and say so in ruleQuota, or remove rules"

    /// An Address that is gone for certain while its rule still stands. Once it is revoked, the alert tells that it was so, and ends.
    var released: [Condition] {
        plan.groups.flatMap { group in
            let going = group.revocations.filter { $0.reason == .confirmedRelease }.map { ($0.rule, nil as String?) }
            let held = group.held.filter { $0.revocation.reason == .confirmedRelease && $0.hold.unknown == nil }.map {
                ($0.revocation.rule, $0.hold.text(in: plan) as String?)
            }
            return (going + held).map { rule, hold in
                let state =
                    hold.map { "its revocation is held: \($0)" } ?? (plan.isSuspended ? "the policy is suspended" : "it is revoked now")
                return Condition(
                    identity(.addressReleasedWhileAdmitted, "\(group.group.id)/\(rule.id)"), hold == nil ? .warning : .critical,
                    "\(rule.source) was released while \(text(rule)) in \(group.group) still admits it, and a stranger may hold it: \(state)",
                    action:
                        "take the labels off an Address and wait until its rule is gone before you release it; look at who reached the group meanwhile",
                    labels: labels(group.group, rule), after: .zero)
            }
        }
    }
}

extension Hold {
    var unknown: Unknown? {
        if case .unknown(let unknown) = self { unknown } else { nil }
    }

    /// Whether it ends within the pass when all goes well.
    var isPassing: Bool {
        if case .notReadBack = self { true } else { false }
    }
}

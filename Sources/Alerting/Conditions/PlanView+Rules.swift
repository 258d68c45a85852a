import Model
import Planning

/// Of rules that a person wrote.
extension PlanView {
    /// Rules that Drawbridge did not write and that admit more than the reserved set: those that stay, those whose revocation is held, and
    /// those that go now, with the rule as it stood.
    var foreign: [Condition] {
        plan.groups.flatMap { group in
            let standing = group.standing.compactMap { item -> (SecurityGroupRule, String)? in
                guard plan.foreignUnknown(item.rule) == nil || item.ruleClass != .foreign else { return nil }
                return objection(item.ruleClass).map { (item.rule, "is \($0)") }
            }
            let held = group.held.filter { $0.revocation.reason == .foreign && $0.hold.unknown == nil }.map {
                ($0.revocation.rule, "is a foreign rule; its revocation is held: \($0.hold.text(in: plan))")
            }
            let going = group.revocations.filter { $0.reason == .foreign }.map {
                ($0.rule, plan.isSuspended ? "is a foreign rule; the policy is suspended" : "is a foreign rule, and is revoked")
            }
            let isOpenTold = Set((group.held.map(\.revocation.rule) + group.standing.map(\.rule)).filter(\.isOpenToEveryone).map(\.id))
            return (standing + held + going).filter { !isOpenTold.contains($0.0.id) }.map { rule, what in
                Condition(
                    identity(.foreignRule, "\(group.group.id)/\(rule.id)"), .warning, "\(text(rule)) in \(group.group) \(what)",
                    action: Self.foreignAdvice, labels: labels(group.group, rule), after: .zero)
            }
        }
    }

    private static let foreignAdvice =
        "find who wrote it (CloudTrail, AuthorizeSecurityGroupIngress); if it is to stay, name it under keep in the policy, else remove it"

    /// Why a rule stands that a person might want gone; `nil` for what is wanted.
    private func objection(_ ruleClass: RuleClass) -> String? {
        switch ruleClass {
        case .foreign: "a foreign rule, only reported (foreignRules: report)"
        case .otherOwner(let owner): "in scope but written by the Drawbridge of \(owner.shown()): never revoked by this policy"
        default: nil
        }
    }

    /// A group that anyone can reach, whatever the rest of it says: one condition for each rule that leaves it so.
    var open: [Condition] {
        plan.groups.flatMap { group in
            let held = group.held.filter(\.revocation.rule.isOpenToEveryone).map { item in
                let why =
                    item.hold.unknown.map { "it is held, since it is not known whether it is to stay: \($0.message)" }
                    ?? "it is due to be revoked, and held\(item.hold.isApprovable ? " for approval" : ""): \(item.hold.text(in: plan))"
                return (rule: item.revocation.rule, why: why, after: item.hold.isPassing ? policy.alerts.unassignedAfter : .zero)
            }
            let standing = group.standing.filter { $0.rule.isOpenToEveryone && $0.ruleClass != .outOfScope }.map { item in
                var why = objection(item.ruleClass).map { "it is \($0)" } ?? "it stays"
                if case .kept(let entry) = item.ruleClass { why = "it is kept, since it lies in the policy's \(entry.text)" }
                return (rule: item.rule, why: why, after: Duration.zero)
            }
            return (held + standing).map { item in
                Condition(
                    identity(.foreignRule, "\(group.group.id)/\(item.rule.id)/open"), .critical,
                    "\(group.group) is OPEN TO EVERYONE through \(text(item.rule)): \(item.why)",
                    action:
                        "revoke it: aws ec2 revoke-security-group-ingress --region \(group.group.region) --group-id \(group.group.id) --security-group-rule-ids \(item.rule.id)",
                    labels: labels(group.group, item.rule), after: item.after)
            }
        }
    }
}

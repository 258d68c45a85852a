import Model
import Planning

/// The lasting conditions of a plan that a person should know of. Pure.
enum Conditions {
    static func of(_ plan: Plan, policy: Whitelist) -> [Attention.Condition] {
        unbound(plan, policy) + unassigned(plan, policy) + held(plan, policy) + unknown(plan, policy) + foreign(plan, policy)
            + open(plan, policy)
    }

    private static func unbound(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.addresses.compactMap { item in
            let address = item.address
            switch item.state {
            case .unbound where policy.nodes != nil:
                let message =
                    "no node holds \(address.name) (\(address.ip), \(address.reference.region)) for longer than \(policy.alerts.unboundAfter.brief); "
                    + "it is reserved and paid for: release it, or let the pool grow"
                return Attention.Condition(
                    Notice(.addressUnbound, .warning, policy: policy.name, subject: "\(address.reference)", message: message),
                    after: policy.alerts.unboundAfter)
            case .boundElsewhere(let users) where policy.nodes != nil:
                let message =
                    "\(address.name) (\(address.ip)) is held outside the pool by \(users.map(\.description).joined(separator: ", "))"
                return Attention.Condition(
                    Notice(.addressBoundElsewhere, .warning, policy: policy.name, subject: "\(address.reference)", message: message),
                    after: policy.alerts.unboundAfter)
            default: return nil
            }
        }
    }

    private static func unassigned(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.nodes.compactMap { item in
            guard case .waiting(let reason) = item.state, !reason.isUnknown else { return nil }
            let message =
                "\(item.node.name) has no reserved address for longer than \(policy.alerts.unassignedAfter.brief): \(reason.text(in: plan))"
            return Attention.Condition(
                Notice(.nodeUnassigned, .warning, policy: policy.name, subject: item.node.name, message: message, node: item.node),
                after: policy.alerts.unassignedAfter)
        }
    }

    private static func held(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        var conditions: [Attention.Condition] = []
        if let approval = plan.approval {
            let count = approval.rules.count
            let rules = approval.rules.prefix(5).map { "\($0.ruleID) (\($0.source) \($0.traffic)) in \($0.group)" }.joined(separator: ", ")
            let more = count > 5 ? " and \(count - 5) more" : ""
            let message =
                "\(count.counting("revocation is", "revocations are")) held for approval: \(rules)\(more). Look at `drawbridge plan`, "
                + "then free \(count == 1 ? "it" : "them") with `drawbridge apply --policy FILE --approve \(approval.digest)`"
            conditions.append(
                Attention.Condition(
                    Notice(.heldForApproval, .warning, policy: policy.name, subject: approval.digest, message: message), after: .zero))
        }
        for group in plan.groups {
            for item in group.held where !item.hold.isApprovable && item.hold.unknown == nil {
                let rule = item.revocation.rule
                let message =
                    "\(rule.id) (\(rule.source) \(rule.traffic)) in \(group.group) is due to be revoked, and held: \(item.hold.text(in: plan))"
                conditions.append(
                    Attention.Condition(
                        Notice(.revocationHeld, .warning, policy: policy.name, subject: "\(group.group.id)/\(rule.id)", message: message),
                        after: policy.alerts.unassignedAfter))
            }
            guard !group.withoutRoom.isEmpty else { continue }
            let names = group.withoutRoom.prefix(5).map(\.name).joined(separator: ", ")
            conditions.append(
                Attention.Condition(
                    Notice(
                        .quotaReached, .warning, policy: policy.name, subject: "\(group.group)",
                        message: "\(group.quotaText(approval: plan.approval)) Not admitted: \(names)"), after: .zero))
        }
        return conditions
    }

    private static func unknown(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.unknowns.map {
            Attention.Condition(
                Notice(
                    .readingUnknown, .warning, policy: policy.name, subject: subject(of: $0),
                    message: "not known, so nothing is revoked on it: \($0.message)"),
                after: .zero)
        } + plan.groups.compactMap { undecided($0, plan, policy) }
    }

    /// What holds rules of a group without a reading of its own that failed, such as a node that shows no external address yet.
    private static func undecided(_ group: GroupPlan, _ plan: Plan, _ policy: Whitelist) -> Attention.Condition? {
        let items = group.held.compactMap { item -> (rule: String, unknown: Unknown)? in
            guard let unknown = item.hold.unknown, !plan.unknowns.contains(unknown) else { return nil }
            return (item.revocation.rule.id, unknown)
        }
        guard let first = items.first else { return nil }
        let rules = items.prefix(5).map(\.rule).joined(separator: ", ") + (items.count > 5 ? " and \(items.count - 5) more" : "")
        return Attention.Condition(
            Notice(
                .readingUnknown, .warning, policy: policy.name, subject: "\(group.group.id)/held",
                message: "not known whether \(rules) in \(group.group) \(items.count == 1 ? "is" : "are") to stay: \(first.unknown.message)"
            ),
            after: policy.alerts.unassignedAfter)
    }

    /// Without the request id, which is another each time: the same trouble is one condition.
    private static func subject(of unknown: Unknown) -> String {
        unknown.message.split(separator: " ").filter { $0 != "(request" && $0 != "id" && !$0.hasSuffix(")") }.joined(separator: " ")
    }

    private static func foreign(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.groups.flatMap { group in
            group.standing.compactMap { item in
                guard !item.rule.isOpenToEveryone, plan.foreignUnknown(item.rule) == nil || item.ruleClass != .foreign,
                    let what = objection(item.ruleClass)
                else { return nil }
                return Attention.Condition(
                    Notice(
                        .foreignRule, .warning, policy: policy.name, subject: "\(group.group.id)/\(item.rule.id)",
                        message: "\(item.rule.id) (\(item.rule.source) \(item.rule.traffic)) in \(group.group) is \(what)"), after: .zero)
            }
        }
    }

    /// Why a rule stands that a person might want gone; `nil` for what is wanted.
    private static func objection(_ ruleClass: RuleClass) -> String? {
        switch ruleClass {
        case .foreign: "a foreign rule, only reported (foreignRules: report)"
        case .otherOwner(let owner): "in scope but written by the Drawbridge of \(owner): never revoked by this policy"
        default: nil
        }
    }

    /// A group that anyone can reach, whatever the rest of it says: one condition for each rule that leaves it so.
    private static func open(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
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
                let message =
                    "\(group.group) is OPEN TO EVERYONE through \(item.rule.id) (\(item.rule.source) \(item.rule.traffic)): \(item.why)"
                return Attention.Condition(
                    Notice(
                        .foreignRule, .warning, policy: policy.name, subject: "\(group.group.id)/\(item.rule.id)/open", message: message),
                    after: item.after)
            }
        }
    }
}

extension Hold {
    fileprivate var unknown: Unknown? {
        if case .unknown(let unknown) = self { unknown } else { nil }
    }

    /// Whether it ends within the pass when all goes well.
    fileprivate var isPassing: Bool {
        if case .notReadBack = self { true } else { false }
    }
}

import Model
import Planning

/// The lasting conditions of a plan that a person should know of. Pure.
enum Conditions {
    static func of(_ plan: Plan, policy: Whitelist) -> [Attention.Condition] {
        unbound(plan, policy) + unassigned(plan, policy) + held(plan, policy) + unknown(plan, policy) + foreign(plan, policy)
    }

    private static func unbound(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.addresses.compactMap { item in
            let address = item.address
            switch item.state {
            case .unbound where policy.nodes != nil:
                let message = "no node holds \(address.name) (\(address.ip), \(address.reference.region)) for longer than \(policy.alerts.unboundAfter.brief); "
                    + "it is reserved and paid for: release it, or let the pool grow"
                return Attention.Condition(
                    Notice(.addressUnbound, .warning, policy: policy.name, subject: "\(address.reference)", message: message),
                    after: policy.alerts.unboundAfter)
            case .boundElsewhere(let users) where policy.nodes != nil:
                let message = "\(address.name) (\(address.ip)) is held outside the pool by \(users.map(\.description).joined(separator: ", "))"
                return Attention.Condition(
                    Notice(.addressBoundElsewhere, .warning, policy: policy.name, subject: "\(address.reference)", message: message),
                    after: policy.alerts.unboundAfter)
            default: return nil
            }
        }
    }

    private static func unassigned(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.nodes.compactMap { item in
            guard case .waiting(let reason) = item.state else { return nil }
            let message = "\(item.node.name) has no reserved address for longer than \(policy.alerts.unassignedAfter.brief): \(reason.text)"
            return Attention.Condition(
                Notice(.nodeUnassigned, .warning, policy: policy.name, subject: item.node.name, message: message, node: item.node),
                after: policy.alerts.unassignedAfter)
        }
    }

    private static func held(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        var conditions: [Attention.Condition] = []
        if let approval = plan.approval {
            let rules = approval.rules.prefix(5).map { "\($0.ruleID) (\($0.source) \($0.traffic)) in \($0.group)" }.joined(separator: ", ")
            let more = approval.rules.count > 5 ? " and \(approval.rules.count - 5) more" : ""
            let message = "\(approval.rules.count) revocations are held for approval: \(rules)\(more). Look at `drawbridge plan`, then free them with "
                + "`drawbridge apply --policy FILE --approve \(approval.digest)`"
            conditions.append(
                Attention.Condition(
                    Notice(.heldForApproval, .warning, policy: policy.name, subject: approval.digest, message: message), after: .zero))
        }
        for group in plan.groups {
            for item in group.held where !item.hold.isApprovable {
                let rule = item.revocation.rule
                let message = "\(rule.id) (\(rule.source) \(rule.traffic)) in \(group.group) is due to be revoked, and held: \(item.hold.text)"
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
                Notice(.readingUnknown, .warning, policy: policy.name, subject: subject(of: $0), message: "not known, so nothing is revoked on it: \($0.message)"),
                after: .zero)
        }
    }

    /// Without the request id, which is another each time: the same trouble is one condition.
    private static func subject(of unknown: Unknown) -> String {
        unknown.message.split(separator: " ").filter { $0 != "(request" && $0 != "id" && !$0.hasSuffix(")") }.joined(separator: " ")
    }

    private static func foreign(_ plan: Plan, _ policy: Whitelist) -> [Attention.Condition] {
        plan.groups.flatMap { group in
            group.standing.compactMap { item in
                let what: String
                switch item.ruleClass {
                case .foreign: what = "a foreign rule, only reported (foreignRules: report)"
                case .otherOwner(let owner): what = "in scope but written by the Drawbridge of \(owner): never revoked by this policy"
                default: return nil
                }
                return Attention.Condition(
                    Notice(
                        .foreignRule, .warning, policy: policy.name, subject: "\(group.group.id)/\(item.rule.id)",
                        message: "\(item.rule.id) (\(item.rule.source) \(item.rule.traffic)) in \(group.group) is \(what)"), after: .zero)
            }
        }
    }
}

package import Model
package import Planning

/// The lasting conditions of a plan that a person should know of, and what of them could not be seen. Pure.
///
/// Texts hold what others wrote (names, descriptions of rules) only as `shown`.
package enum Conditions {
    package static func of(_ plan: Plan, stranded: [StrandedNode], policy: Whitelist) -> Findings {
        let view = PlanView(plan: plan, policy: policy)
        let conditions =
            view.addresses + view.unassigned + view.exhausted + view.stranded(stranded) + view.held + view.quota + view.foreign
            + view.open + view.released + view.unknowns + view.refused
        return Findings(conditions, undetermined: view.undetermined)
    }
}

/// A plan, as conditions are made of it.
struct PlanView {
    let plan: Plan
    let policy: Whitelist

    func identity(_ kind: AlertKind, _ subject: String) -> AlertIdentity {
        AlertIdentity(kind, policy: policy.name, subject: subject)
    }

    func labels(_ group: SecurityGroupReference, _ rule: SecurityGroupRule? = nil) -> [String: String] {
        var labels = ["securityGroup": group.id, "region": group.region]
        if let rule {
            labels["rule"] = rule.id
            labels["source"] = "\(rule.source)"
        }
        return labels
    }

    /// A rule as it stands: id, source, traffic, and the description that somebody gave it.
    func text(_ rule: SecurityGroupRule) -> String {
        let description = rule.description.isEmpty ? "no description" : "\"\(rule.description.shown(limit: 255))\""
        return "\(rule.id) (\(rule.source) \(rule.traffic), \(description))"
    }

    func brief(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}

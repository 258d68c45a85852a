import Model
package import Planning

/// What a plan says, in the order in which a person reads it: per group, per node, per address, then what it comes to
/// and what to do.
///
/// Pure; the same plan gives the same report. All of its texts are printable.
package struct PlanReport: Hashable, Sendable {
    package struct Section: Hashable, Sendable {
        package let title: String
        package let lines: [PlanLine]
        /// Said beneath the lines.
        package let notes: [String]

        init(_ title: String, _ lines: [PlanLine], notes: [String] = []) {
            self.title = Printable.line(title)
            self.lines = lines
            self.notes = notes.map { Printable.line($0) }
        }
    }

    package let policy: String
    package let sections: [Section]
    /// One line: what the plan comes to, and how things stand.
    package let summary: String
    /// What a person should know or do, a line each; empty when nothing.
    package let advice: [String]

    package init(_ plan: Plan) {
        policy = Printable.line(plan.policy)
        sections =
            plan.groups.map { Self.group($0, of: plan) } + (plan.hasNodes ? [Self.nodes(plan)] : []) + [Self.addresses(plan)]
        summary = Printable.line(Self.summary(plan))
        advice = Self.advice(plan).map { Printable.line($0) }
    }

    // MARK: Summary

    static func summary(_ plan: Plan) -> String {
        let swaps = plan.swaps.count + plan.resumes.count
        let taints = plan.taintRemovals.count
        let counts: [(number: Int, what: String)] = [
            (plan.groups.map(\.authorizations.count).reduce(0, +), "to authorize"),
            (plan.groups.map(\.revocations.count).reduce(0, +), "to revoke"),
            (plan.groups.map(\.held.count).reduce(0, +), "held"),
            (plan.groups.map(\.withoutRoom.count).reduce(0, +), "without room at the quota"),
            (swaps, swaps == 1 ? "swap" : "swaps"),
            (taints, taints == 1 ? "startup taint to take off" : "startup taints to take off"),
        ]
        let changes: [String] = counts.compactMap { $0.number > 0 ? "\($0.number) \($0.what)" : nil }
        var text = plan.isSuspended ? "Suspended, nothing is written. " : ""
        let due = changes.isEmpty ? "nothing to change" : changes.joined(separator: ", ")
        text += (plan.isSuspended ? "It would be: " : "Plan: ") + due
        if !plan.unknowns.isEmpty { text += ", \(plan.unknowns.count.counting("reading")) failed" }
        return text + ". Now: \(standing(plan))."
    }

    private static func standing(_ plan: Plan) -> String {
        let unbound = plan.addresses.count { $0.state == .unbound }
        let reserved = plan.addresses.count.counting("reserved address", "reserved addresses")
        let foreign = plan.groups.map { group in
            group.standing { $0 == .foreign }.count { plan.foreignUnknown($0) == nil }
        }.reduce(0, +)
        var parts = [reserved + (plan.reservedUnknown == nil ? "" : " known")]
        if plan.hasNodes { parts[0] += " (\(unbound) unbound)" }
        if plan.hasNodes && plan.nodesUnknown == nil {
            let bound = plan.nodes.count { if case .bound = $0.state { true } else { false } }
            let reasons = plan.nodes.compactMap { if case .waiting(let reason) = $0.state { reason } else { nil } }
            let unknown = reasons.count(where: \.isUnknown)
            parts.append("\(bound) of \(plan.nodes.count.counting("node")) bound, \(reasons.count - unknown) waiting")
            if unknown > 0 { parts.append("\(unknown) not known") }
        } else if plan.hasNodes {
            parts.append("the nodes are not known")
        }
        if foreign > 0 { parts.append("\(foreign.counting("foreign rule")) only reported") }
        return parts.joined(separator: ", ")
    }

    // MARK: Advice

    static func advice(_ plan: Plan) -> [String] {
        var advice = plan.unknowns.map { "Not known, so nothing is revoked or swapped on it: \($0.message)" }
        let held = plan.groups.flatMap(\.held)
        if held.contains(where: { $0.hold == .emptyReservedSet }) {
            advice.append(
                "No address carries the policy's labels, so nothing is revoked: check addresses.labels and addresses.project, "
                    + "or set safety.allowEmpty if the group is to become empty.")
        }
        for group in plan.groups {
            let staying = group.standing { $0 != .outOfScope } + group.held.map(\.revocation.rule)
            let open = staying.filter(\.isOpenToEveryone).sorted { $0.id < $1.id }
            guard !open.isEmpty else { continue }
            let rules = open.map { "\($0.id) (\($0.source) \($0.traffic))" }.joined(separator: ", ")
            advice.append("\(group.group) is open to everyone, and still is after this plan, through \(rules).")
        }
        if let approval = plan.approval {
            let rules = approval.rules.count
            let what = plan.isSuspended ? "would be" : rules == 1 ? "is" : "are"
            let command = plan.isSuspended ? "" : " If right: drawbridge apply --policy FILE --approve \(approval.digest)"
            advice.append("\(rules.counting("revocation")) \(what) held for approval.\(command)")
        }
        for group in plan.groups where !group.withoutRoom.isEmpty {
            advice.append(group.quotaText(approval: plan.isSuspended ? nil : plan.approval))
        }
        if plan.hasNodes && plan.nodes.isEmpty && plan.nodesUnknown == nil {
            advice.append(
                "No node matches the policy's nodes: check nodePools or selector, unless the pool is meant to be empty.")
        }
        if plan.isSuspended {
            advice.append("The policy is suspended (spec.suspend): nothing of this is carried out until that is taken back.")
        }
        return advice
    }
}

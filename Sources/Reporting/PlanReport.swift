package import Model
package import Planning

/// What a plan says, in the order in which a person reads it: per group, per node, per address. Pure; the same plan gives the same report.
package struct PlanReport: Hashable, Sendable {
    package struct Section: Hashable, Sendable {
        package var title: String
        package var lines: [PlanLine]
        /// Said beneath the lines.
        package var notes: [String]
    }

    package var policy: String
    package var sections: [Section]
    package var summary: String
    /// What a person should do, if anything.
    package var advice: [String]

    package init(_ plan: Plan) {
        policy = plan.policy
        sections = plan.groups.map(Self.section)
        if !plan.nodes.isEmpty { sections.append(Self.nodes(plan)) }
        sections.append(Self.addresses(plan))
        summary = Self.summary(plan)
        advice = Self.advice(plan)
    }

    // MARK: Groups

    private static func section(_ group: GroupPlan) -> Section {
        let title = "Security group \(group.group), \(group.ports.map(\.description).joined(separator: ", "))"
        if let unknown = group.unknown {
            return Section(title: title, lines: [PlanLine(.attention, ["not known"], unknown.message)], notes: ["Nothing is changed in a group that can't be read."])
        }
        var lines = group.authorizations.map { item in
            PlanLine(.add, [item.permission.cidr.description, "\(item.permission.traffic)", ""], "\(item.address.name) is reserved and not admitted yet")
        }
        let roomMakers = Set(group.roomMaking.map(\.rule.id))
        lines += group.revocations.map { item in
            let why = roomMakers.contains(item.rule.id) ? reason(item) + "; goes first, to make room at the quota" : reason(item)
            return line(.remove, item.rule, why)
        }
        lines += group.held.map { line(.attention, $0.revocation.rule, "held: \($0.hold.text) (\(reason($0.revocation)))") }
        for standing in group.standing where standing.ruleClass != .outOfScope { lines.append(line(standing)) }
        let outside = group.standing(where: { $0 == .outOfScope }).count
        var notes = group.quota.filter { $0.before > 0 || $0.after > 0 }.map { use in
            "inbound rules of IPv\(use.family.rawValue): \(use.before) now, \(use.after) after, quota \(use.limit)"
        }
        if outside > 0 { notes.append("\(outside) inbound rules of other ports are out of scope and left alone") }
        if !group.withoutRoom.isEmpty { notes.append(group.quotaText(approval: nil)) }
        return Section(title: title, lines: lines, notes: notes)
    }

    private static func line(_ sign: PlanLine.Sign, _ rule: SecurityGroupRule, _ why: String) -> PlanLine {
        let wide = rule.source.cidr.map { $0.prefixLength == 0 } ?? false
        return PlanLine(sign, [rule.source.description, "\(rule.traffic)", rule.id], (wide ? "OPEN TO EVERYONE; " : "") + why + described(rule))
    }

    private static func described(_ rule: SecurityGroupRule) -> String {
        guard !rule.description.isEmpty, RuleOwner(description: rule.description) == nil else { return "" }
        return ", described as \"\(printable(rule.description))\""
    }

    private static func line(_ standing: GroupPlan.Standing) -> PlanLine {
        switch standing.ruleClass {
        case .exact: line(.keep, standing.rule, "reserved")
        case .kept(let entry): line(.keep, standing.rule, "kept by \(entry.text)")
        case .otherOwner(let owner): line(.attention, standing.rule, "left alone: the Drawbridge of \(printable(owner)) wrote it")
        case .foreign: line(.attention, standing.rule, "foreign, only reported (foreignRules: report)")
        case .stale, .outOfScope: line(.none, standing.rule, "")
        }
    }

    private static func reason(_ revocation: GroupPlan.Revocation) -> String {
        switch revocation.reason {
        case .confirmedRelease:
            let name = RuleOwner(description: revocation.rule.description)?.address?.name ?? "its Address"
            return "\(printable(name)) is released: someone else may hold the address already"
        case .stale:
            let name = RuleOwner(description: revocation.rule.description)?.address?.name ?? "its Address"
            return "\(printable(name)) is not in the reserved set any more"
        case .foreign: return "foreign: it admits an address outside the reserved set"
        }
    }

    /// Descriptions are other people's text: control characters stay out of terminals.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }).prefix(255))
    }

    // MARK: Nodes and addresses

    private static func nodes(_ plan: Plan) -> Section {
        let byReference = Dictionary(plan.addresses.map { ($0.address.reference, $0.address.ip) }, uniquingKeysWith: { first, _ in first })
        func text(_ reference: AddressReference) -> String { "\(reference.name) (\(byReference[reference]?.description ?? "?"))" }
        let lines = plan.nodes.map { item -> PlanLine in
            let held = item.held.map { $0.sorted().map(\.description).joined(separator: " ") } ?? "?"
            var taint = ""
            if item.removesTaint { taint = "; its startup taint is taken off" }
            if !item.taintWaitsFor.isEmpty { taint = "; its startup taint waits for \(item.taintWaitsFor.map(\.description).joined(separator: ", "))" }
            switch item.state {
            case .bound(let reference): return PlanLine(item.removesTaint ? .change : .keep, [item.node.name, held], "holds \(text(reference))\(taint)")
            case .swapping(let reference): return PlanLine(.change, [item.node.name, held], "gets \(text(reference))")
            case .waiting(let reason): return PlanLine(.attention, [item.node.name, held], "waits: \(reason.text)")
            }
        }
        return Section(title: "Nodes of the pool", lines: lines, notes: [])
    }

    private static func addresses(_ plan: Plan) -> Section {
        let lines = plan.addresses.map { item -> PlanLine in
            let columns = [item.address.name, item.address.ip.description, item.address.reference.region]
            let missing = item.notAdmittedIn.isEmpty ? "" : "; not admitted yet in \(item.notAdmittedIn.map(\.description).joined(separator: ", "))"
            switch item.state {
            case .bound(let node): return PlanLine(.keep, columns, "bound to \(node)\(missing)")
            case .claimed(let node): return PlanLine(.change, columns, "on its way to \(node)\(missing)")
            case .unbound: return PlanLine(plan.nodes.isEmpty ? .keep : .attention, columns, "unbound: nothing holds it\(missing)")
            case .boundElsewhere(let users):
                return PlanLine(
                    .attention, columns, "held outside the pool by \(users.map { printable($0.description) }.joined(separator: ", "))\(missing)")
            case .unknown(let unknown): return PlanLine(.attention, columns, "not known who holds it: \(unknown.message)")
            }
        }
        return Section(title: "Reserved addresses", lines: lines, notes: [])
    }

    // MARK: Summary

    private static func summary(_ plan: Plan) -> String {
        let authorizations = plan.groups.map(\.authorizations.count).reduce(0, +)
        let revocations = plan.groups.map(\.revocations.count).reduce(0, +)
        let held = plan.groups.map(\.held.count).reduce(0, +)
        let swaps = plan.swaps.count + plan.resumes.count
        let waiting = plan.nodes.filter { if case .waiting = $0.state { true } else { false } }.count
        let bound = plan.nodes.filter { if case .bound = $0.state { true } else { false } }.count
        let unbound = plan.addresses.filter { $0.state == .unbound }.count
        let prefix = plan.isSuspended ? "Suspended: nothing is written. " : ""
        return prefix
            + "Plan: \(authorizations) to authorize, \(revocations) to revoke, \(held) held, \(swaps) swaps, \(plan.taintRemovals.count) taints to take off. "
            + "Now: \(plan.addresses.count) reserved (\(unbound) unbound), \(bound) of \(plan.nodes.count) nodes bound, \(waiting) waiting."
    }

    private static func advice(_ plan: Plan) -> [String] {
        var advice = plan.unknowns.map { "Not known, so nothing is revoked or swapped on it: \($0.message)" }
        if let approval = plan.approval {
            advice.append(
                "\(approval.rules.count) revocations are held for approval. If they are right: drawbridge apply --policy FILE --approve \(approval.digest)")
        }
        for group in plan.groups where !group.withoutRoom.isEmpty { advice.append(group.quotaText(approval: plan.approval)) }
        return advice
    }
}

extension Whitelist.Group.Keep {
    package var text: String {
        switch self {
        case .cidr(let block): "keep cidr \(block)"
        case .securityGroup(let id): "keep securityGroup \(id)"
        case .prefixList(let id): "keep prefixList \(id)"
        }
    }
}

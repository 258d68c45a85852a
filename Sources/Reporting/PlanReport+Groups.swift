import Model
import Planning

extension PlanReport {
    /// A security group: what is added, what goes, what is held, what stays though it is not wanted, what stays. Each by source.
    static func group(_ group: GroupPlan, of plan: Plan) -> Section {
        let title = "Security group \(group.group), \(group.ports.map(\.description).joined(separator: ", "))"
        if let unknown = group.unknown {
            return Section(
                title, [PlanLine(.attention, ["not known"], unknown.message)],
                notes: ["a group that can't be read is not changed; for nodes, its last good reading counts for an hour"])
        }
        let roomMakers = Set(group.roomMaking.map(\.rule.id))
        var lines = group.authorizations.map { item in
            PlanLine(
                .add, [item.permission.cidr.description, "\(item.permission.traffic)", ""],
                "\(item.address.name) is reserved and not admitted yet")
        }
        lines += group.withoutRoom.map { missing in
            let block = plan.addresses.first { $0.address.reference == missing }?.address.cidr.description ?? ""
            return PlanLine(.attention, [block, "", ""], "no room at the quota: \(missing.name) is reserved and not admitted")
        }
        lines += group.revocations.sorted { precedes($0.rule, $1.rule) }.map { item in
            let first = roomMakers.contains(item.rule.id) ? "; goes first, to make room at the quota" : ""
            return line(.remove, item.rule, group, reason(item) + first)
        }
        lines += group.held.sorted { precedes($0.revocation.rule, $1.revocation.rule) }.map { item in
            if case .unknown(let unknown) = item.hold {
                return line(.attention, item.revocation.rule, group, "held: not known whether it is to stay: \(unknown.message)")
            }
            return line(.attention, item.revocation.rule, group, "\(reason(item.revocation)); \(text(item, plan))")
        }
        let standing = group.standing.sorted { precedes($0.rule, $1.rule) }.compactMap { line($0, group, plan) }
        lines += standing.filter { $0.sign == .attention } + standing.filter { $0.sign != .attention }
        return Section(title, lines, notes: notes(group))
    }

    /// Rules out of scope that are named, at most: they concern someone else.
    private static let outsideLimit = 10

    /// The brake's arithmetic is the same for all that it holds: it stands in the notes.
    private static func text(_ item: GroupPlan.Held, _ plan: Plan) -> String {
        if case .brake = item.hold { return "held for approval by the brake" }
        if item.hold.isApprovable { return "held for approval: \(item.hold.text)" }
        return "held: \(item.hold.text(in: plan))" + (item.needsApproval ? ", and then for approval" : "")
    }

    private static func notes(_ group: GroupPlan) -> [String] {
        var notes = group.quota.filter { $0.before > 0 || $0.after > 0 }.map { use in
            "inbound IPv\(use.family.rawValue) rules: \(use.before) now, \(use.after) after, quota \(use.limit)"
        }
        if !group.authorizations.isEmpty && group.revocations.count > group.roomMaking.count {
            notes.append("rules are revoked only once those to be authorized have been read back")
        }
        let brake = group.held.map(\.hold).first { if case .brake = $0 { true } else { false } }
        if let brake { notes.append("brake: \(brake.text)") }
        let outside = group.standing { $0 == .outOfScope }.sorted(by: precedes)
        if !outside.isEmpty {
            let rules = outside.prefix(outsideLimit).map { "\($0.source) \($0.traffic)" }.joined(separator: ", ")
            let more = outside.count > outsideLimit ? " and \(outside.count - outsideLimit) more" : ""
            notes.append("out of scope and left alone: \(outside.count.counting("inbound rule")) (\(rules)\(more))")
        }
        return notes
    }

    private static func precedes(_ a: SecurityGroupRule, _ b: SecurityGroupRule) -> Bool {
        (a.source, a.traffic, a.id) < (b.source, b.traffic, b.id)
    }

    private static func line(_ standing: GroupPlan.Standing, _ group: GroupPlan, _ plan: Plan) -> PlanLine? {
        switch standing.ruleClass {
        case .exact:
            let block = standing.rule.source.cidr
            let names = plan.addresses.filter { item in block.map { $0.overlaps(item.address.cidr) } ?? false }.map(
                \.address.name)
            return line(.keep, standing.rule, group, "reserved: \(names.joined(separator: ", "))")
        case .kept(let entry): return line(.keep, standing.rule, group, "kept: it lies in the policy's \(entry.text)")
        case .otherOwner(let owner):
            return line(.attention, standing.rule, group, "left alone: the Drawbridge of policy \(owner) wrote it")
        case .foreign:
            if let unknown = plan.foreignUnknown(standing.rule) {
                return line(.attention, standing.rule, group, "left alone: not known whether it is foreign: \(unknown.message)")
            }
            let why = "foreign, and only reported (foreignRules: report): \(foreign(standing.rule.source))"
            return line(.attention, standing.rule, group, why)
        case .stale, .outOfScope: return nil
        }
    }

    private static func line(_ sign: PlanLine.Sign, _ rule: SecurityGroupRule, _ group: GroupPlan, _ why: String) -> PlanLine {
        let isOurs = rule.description.isEmpty || RuleOwner(description: rule.description) != nil
        let described = isOurs ? "" : "; described as \(Printable.quoted(rule.description))"
        let breadth = breadth(of: rule, beside: group.ports).map { "\($0); " }.joined()
        return PlanLine(sign, [rule.source.description, "\(rule.traffic)", rule.id], breadth + why + described)
    }

    /// What a rule lets in beyond one address on the managed ports: the first thing to look at in it.
    private static func breadth(of rule: SecurityGroupRule, beside ports: [ManagedPort]) -> [String] {
        var words: [String] = []
        if rule.isOpenToEveryone {
            words.append("OPEN TO EVERYONE")
        } else if let block = rule.source.cidr, !block.isSingleAddress {
            words.append(block.family == .v4 ? "WIDE: \(block.count) addresses" : "WIDE: a /\(block.prefixLength)")
        }
        if rule.traffic.protocol == .all {
            words.append("ALL PROTOCOLS AND PORTS")
        } else if ports.contains(where: rule.traffic.admitsAny), !rule.traffic.isConfined(to: ports) {
            words.append("OTHER PORTS TOO")
        }
        return words
    }

    private static func reason(_ revocation: GroupPlan.Revocation) -> String {
        let name = RuleOwner(description: revocation.rule.description)?.address?.name ?? "its Address"
        return switch revocation.reason {
        case .confirmedRelease: "\(name) is released: someone else may hold the IP already"
        case .stale: "\(name) is not in the reserved set any more"
        case .foreign: "foreign: \(foreign(revocation.rule.source))"
        }
    }

    private static func foreign(_ source: SecurityGroupRule.Source) -> String {
        switch source {
        case .cidr(let block) where block.isSingleAddress: "not a reserved address"
        case .cidr: "it admits addresses outside the reserved set"
        case .securityGroup: "it admits whatever is in that security group"
        case .prefixList: "it admits whatever is on that prefix list"
        }
    }
}

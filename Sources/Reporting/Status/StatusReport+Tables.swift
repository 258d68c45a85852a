import Model
package import Planning

extension StatusReport {
    /// The reserved set: who holds each, since when, and whether it is admitted.
    static func addresses(_ plan: Plan, _ snapshot: PolicySnapshot, _ index: Int) -> Table {
        let rows = plan.addresses.map { item -> Row in
            let address = item.address
            let (sign, word, holder, subject) = standing(item, plan)
            let admitted = plan.notAdmittedText(in: item.notAdmittedIn)
            return Row(
                admitted.isEmpty || sign == .attention ? sign : .attention, word, key: "\(address.reference)",
                [
                    Cell(address.name, explains: "address/\(address.reference)"), Cell(address.cidr.text),
                    Cell(address.reference.region), Cell(holder, explains: subject), Cell(since: snapshot.chronology.since(item)),
                    Cell(admitted.isEmpty ? "admitted" : admitted.joined(separator: "; ")),
                ])
        }
        let unknown = plan.reservedUnknown.map { ["Some may be missing: \($0.message)"] } ?? []
        return Table(
            "addresses-\(index)", "Reserved addresses", ["Address", "IP", "Region", "Held by", "Since", "In the groups"], rows,
            empty: "None carries the policy's labels.", notes: unknown)
    }

    private static func standing(_ item: AddressPlan, _ plan: Plan) -> (Sign, String, String, String?) {
        switch item.state {
        case .bound(let node): (.keep, "bound", node, "node/\(node)")
        case .claimed(let node): (.change, "on its way", node, "node/\(node)")
        case .unbound: (plan.hasNodes ? .attention : .keep, plan.hasNodes ? "unbound" : "not in use", "", nil)
        case .boundElsewhere(let users):
            (
                plan.hasNodes ? .attention : .keep, plan.hasNodes ? "held elsewhere" : "in use",
                users.map(\.description).joined(separator: ", "), nil
            )
        case .unknown(let why): (.unknown, "not known", why.message, nil)
        }
    }

    /// The pool: who holds what, who gets what, who waits and why.
    static func nodes(_ plan: Plan, _ snapshot: PolicySnapshot, _ index: Int) -> Table {
        let rows = plan.nodes.map { item -> Row in
            let (sign, word, what) = standing(item, plan)
            let held = item.held.map { $0.sorted().map(\.description).joined(separator: " or ") } ?? "not known"
            return Row(
                sign, word, key: item.node.name,
                [
                    Cell(item.node.name, explains: "node/\(item.node.name)"), Cell(held.isEmpty ? "none" : held),
                    Cell(since: snapshot.chronology.since(item)), Cell(what),
                ])
        }
        return Table(
            "nodes-\(index)", "Nodes of the pool", ["Node", "External IP", "Since", "Why"], rows,
            empty: plan.nodesUnknown == nil ? "No node matches the policy's nodes." : "Not known.",
            notes: plan.nodesUnknown.map { ["They could not be read: \($0.message)"] } ?? [])
    }

    private static func standing(_ item: NodePlan, _ plan: Plan) -> (Sign, String, String) {
        switch item.state {
        case .bound(let address):
            let groups = item.taintWaitsFor.map(\.description).joined(separator: ", ")
            return (.keep, "bound", "holds \(address.name)" + (groups.isEmpty ? "" : "; its startup taint waits for \(groups)"))
        case .swapping(let address): return (.change, "changing", "is to hold \(address.name)")
        case .waiting(.unknown(let unknown)): return (.unknown, "not known", unknown.message)
        case .waiting(let reason): return (.attention, "waits", reason.text(in: plan))
        }
    }

    /// A group's rules against the reserved set.
    static func group(_ group: GroupPlan, _ plan: Plan, _ snapshot: PolicySnapshot, _ id: String) -> Table {
        func row(_ sign: Sign, _ word: String, _ rule: SecurityGroupRule, as ruleWord: String, _ why: String) -> Row {
            let since = snapshot.chronology.since(rule, in: group.group, as: ruleWord)
            let owner = RuleOwner(description: rule.description).flatMap { $0.policy == plan.policy ? $0.address : nil }
            let note = rule.description.isEmpty ? "" : owner.map { ", for \($0.name)" } ?? " “\(rule.description)”"
            return Row(
                sign, word, key: "\(group.group.id) \(rule.id)",
                [
                    Cell(rule.source.description), Cell(rule.traffic.description), Cell(rule.id, explains: "rule/\(rule.id)"),
                    Cell(since: since), Cell(why + note),
                ])
        }
        var rows = group.authorizations.map { item in
            Row(
                .change, "to add", key: "\(group.group.id) + \(item.permission.cidr) \(item.permission.traffic)",
                [
                    Cell(item.permission.cidr.description), Cell(item.permission.traffic.description), Cell(""), Cell(""),
                    Cell("for \(item.address.name)"),
                ])
        }
        rows += group.revocations.map { row(.change, "to go", $0.rule, as: $0.reason.word, $0.reason.text) }
        rows += group.held.map { item in
            let approve = item.hold.isApprovable ? plan.approval.map { "; approve with drawbridge apply --approve \($0.digest)" } ?? "" : ""
            return row(
                .attention, "held", item.revocation.rule, as: item.revocation.reason.word,
                "\(item.revocation.reason.text), held: \(item.hold.text(in: plan))\(approve)")
        }
        let standing = group.standing.sorted {
            ($0.ruleClass.rank, $0.rule.source, $0.rule.id) < ($1.ruleClass.rank, $1.rule.source, $1.rule.id)
        }
        rows += standing.map { item in
            let isLoud = item.ruleClass == .foreign || (item.rule.isOpenToEveryone && item.ruleClass != .outOfScope)
            return row(isLoud ? .attention : .keep, item.ruleClass.shortText, item.rule, as: item.ruleClass.word, item.ruleClass.reason)
        }
        var notes = group.quota.filter { $0.before > 0 || $0.after > 0 }.map {
            "IPv\($0.family.rawValue): \($0.before) of \($0.limit) rules used, \($0.after) after this plan."
        }
        if !group.withoutRoom.isEmpty { notes.append(group.quotaText(approval: plan.approval)) }
        if let unknown = group.unknown { notes.insert("It could not be read: \(unknown.message)", at: 0) }
        return Table(
            id, "Rules of \(group.group), \(group.ports.map(\.description).joined(separator: ", "))",
            ["Admits", "On", "Rule", "Since", "Why"], rows, empty: group.unknown == nil ? "It has no inbound rule." : "Not known.",
            notes: notes)
    }
}

extension CIDR {
    /// A single address by itself.
    var text: String { isSingleAddress ? "\(network)" : description }
}

extension GroupPlan.Revocation.Reason {
    package var text: String {
        switch self {
        case .confirmedRelease: "its Address is released for certain"
        case .stale: "its Address has left the reserved set"
        case .foreign: "admits what is not reserved"
        }
    }
}

extension RuleClass {
    /// What it is to the policy, in two words.
    var shortText: String {
        switch self {
        case .exact: "reserved"
        case .kept: "kept"
        case .foreign: "foreign"
        case .otherOwner: "another policy's"
        case .outOfScope: "out of scope"
        case .stale: "stale"
        }
    }

    /// What the policy is for comes first.
    fileprivate var rank: Int {
        switch self {
        case .exact: 0
        case .otherOwner, .stale: 1
        case .foreign: 2
        case .kept: 3
        case .outOfScope: 4
        }
    }

    /// Why it stands.
    var reason: String {
        switch self {
        case .exact: "admits reserved addresses and nothing else"
        case .kept(let entry): "lies in the policy's \(entry.text)"
        case .foreign: "admits what is not reserved; only reported (foreignRules: report)"
        case .otherOwner(let owner): "written by the Drawbridge of \(owner); never revoked by this policy"
        case .outOfScope: "admits nothing on the managed ports"
        case .stale: "written for an Address that has left the reserved set"
        }
    }
}

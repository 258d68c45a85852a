import Model
import Planning

extension StatusDocument {
    /// Where a policy's things stand, by its last plan.
    static func plan(_ writer: inout JSONWriter, _ snapshot: PolicySnapshot) {
        guard let plan = snapshot.plan else {
            for key in ["advice", "unknowns", "securityGroups", "addresses"] { writer.texts(key, []) }
            return
        }
        writer.put("summary", Printable.line(PlanReport.summary(plan)))
        writer.texts("advice", PlanReport.advice(plan).map { Printable.line($0) })
        if let approval = plan.approval {
            writer.object("approval") { writer in
                writer.put("digest", approval.digest)
                writer.put("revocations", approval.rules.count)
            }
        }
        writer.list("unknowns", plan.unknowns) { writer, unknown in writer.object { Self.unknown(&$0, unknown) } }
        writer.list("securityGroups", plan.groups) { writer, group in
            writer.object { Self.group(&$0, group, plan, snapshot.chronology) }
        }
        if plan.hasNodes {
            writer.list("nodes", plan.nodes) { writer, node in writer.object { Self.node(&$0, node, plan, snapshot.chronology) } }
        }
        if let unknown = plan.nodesUnknown { writer.object("nodesUnknown") { Self.unknown(&$0, unknown) } }
        writer.list("addresses", plan.addresses) { writer, item in writer.object { Self.address(&$0, item, snapshot.chronology) } }
        if let unknown = plan.reservedUnknown { writer.object("addressesUnknown") { Self.unknown(&$0, unknown) } }
    }

    private static func unknown(_ writer: inout JSONWriter, _ unknown: Unknown) {
        writer.put("cause", unknown.cause.rawValue)
        writer.put("message", unknown.message)
    }

    private static func reference(_ writer: inout JSONWriter, _ group: SecurityGroupReference) {
        writer.object { writer in
            writer.put("id", group.id)
            writer.put("region", group.region)
        }
    }

    private static func group(_ writer: inout JSONWriter, _ group: GroupPlan, _ plan: Plan, _ chronology: Chronology) {
        func rule(_ writer: inout JSONWriter, _ rule: SecurityGroupRule, _ word: String, _ state: String, hold: Hold? = nil) {
            writer.object { writer in
                writer.put("id", rule.id)
                source(&writer, rule.source, rule.traffic, rule.description)
                writer.put("class", word)
                writer.put("state", state)
                writer.put("since", chronology.since(rule, in: group.group, as: word))
                if let hold {
                    writer.object("hold") { writer in
                        writer.put("reason", hold.word)
                        writer.put("message", hold.text(in: plan))
                        writer.put("approvable", hold.isApprovable)
                    }
                }
            }
        }
        writer.put("id", group.group.id)
        writer.put("region", group.group.region)
        writer.texts("ports", group.ports.map(\.description))
        if let unknown = group.unknown { writer.object("unknown") { Self.unknown(&$0, unknown) } }
        writer.list("rules", [group]) { writer, group in
            for item in group.authorizations {
                writer.object { writer in
                    source(&writer, .cidr(item.permission.cidr), item.permission.traffic, item.permission.description)
                    writer.put("class", RuleClass.exact.word)
                    writer.put("state", "authorize")
                }
            }
            for item in group.revocations { rule(&writer, item.rule, item.reason.word, "revoke") }
            for item in group.held { rule(&writer, item.revocation.rule, item.revocation.reason.word, "held", hold: item.hold) }
            for item in group.standing { rule(&writer, item.rule, item.ruleClass.word, "stays") }
        }
        writer.texts("withoutRoom", group.withoutRoom.map(\.name))
        writer.list("quota", group.quota) { writer, use in
            writer.object { writer in
                writer.put("family", use.family.rawValue)
                writer.put("before", use.before)
                writer.put("after", use.after)
                writer.put("limit", use.limit)
            }
        }
    }

    private static func source(
        _ writer: inout JSONWriter, _ source: SecurityGroupRule.Source, _ traffic: Traffic, _ description: String
    ) {
        writer.put("source", source.description)
        writer.put("sourceType", source.word)
        writer.put("protocol", traffic.protocol.ec2)
        writer.put("fromPort", traffic.fromPort)
        writer.put("toPort", traffic.toPort)
        writer.put("description", description)
    }

    private static func node(_ writer: inout JSONWriter, _ item: NodePlan, _ plan: Plan, _ chronology: Chronology) {
        writer.put("name", item.node.name)
        switch item.state {
        case .bound(let address):
            writer.put("state", "bound")
            writer.put("address", address.name)
        case .swapping(let address):
            writer.put("state", "swapping")
            writer.put("address", address.name)
        case .waiting(let reason):
            writer.put("state", "waiting")
            writer.object("wait") { writer in
                writer.put("reason", reason.word)
                writer.put("message", reason.text(in: plan))
            }
        }
        if let held = item.held { writer.texts("externalIPs", held.sorted().map(\.description)) }
        writer.put("since", chronology.since(item))
        if !item.taintWaitsFor.isEmpty { writer.list("startupTaintWaitsFor", item.taintWaitsFor, reference) }
    }

    private static func address(_ writer: inout JSONWriter, _ item: AddressPlan, _ chronology: Chronology) {
        writer.put("project", item.address.reference.project)
        writer.put("region", item.address.reference.region)
        writer.put("name", item.address.name)
        writer.put("id", item.address.id)
        writer.put("cidr", item.address.cidr.description)
        switch item.state {
        case .bound(let node):
            writer.put("state", "bound")
            writer.put("node", node)
        case .claimed(let node):
            writer.put("state", "claimed")
            writer.put("node", node)
        case .unbound: writer.put("state", "unbound")
        case .boundElsewhere(let users):
            writer.put("state", "boundElsewhere")
            writer.texts("users", users.map(\.description))
        case .unknown(let why):
            writer.put("state", "unknown")
            writer.object("unknown") { Self.unknown(&$0, why) }
        }
        writer.put("since", chronology.since(item))
        if item.notAdmittedIn.isEmpty { writer.put("admittedSince", chronology.admittedSince(item)) }
        writer.list("notAdmittedIn", item.notAdmittedIn, reference)
    }
}

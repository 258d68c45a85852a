import FoundationEssentials
import Model
package import Planning

/// A plan as JSON, for programs. Keys are sorted, so the same plan gives the same bytes; `version` grows when a key changes its meaning or goes.
package struct PlanDocument: Encodable, Sendable {
    package static let version = 1

    let version = PlanDocument.version
    let policies: [Policy]

    package init(_ plans: [Plan]) { policies = plans.map(Policy.init) }

    /// One JSON document, indented, with a line end.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("a plan holds texts, numbers and booleans only") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    struct Policy: Encodable {
        let name: String
        let suspended: Bool
        let pending: Bool
        let approval: String?
        let unknowns: [Unknown]
        let securityGroups: [Group]
        let nodes: [Node]
        let addresses: [Address]
        let summary: String

        init(_ plan: Plan) {
            name = plan.policy
            suspended = plan.isSuspended
            pending = !plan.changes.isEmpty
            approval = plan.approval?.digest
            unknowns = plan.unknowns.map { Unknown(cause: $0.cause.rawValue, message: $0.message) }
            securityGroups = plan.groups.map(Group.init)
            nodes = plan.nodes.map(Node.init)
            addresses = plan.addresses.map(Address.init)
            summary = PlanReport(plan).summary
        }
    }

    struct Unknown: Encodable {
        let cause: String
        let message: String
    }

    struct Rule: Encodable {
        let id: String?
        let source: String
        let `protocol`: String
        let fromPort: Int?
        let toPort: Int?
        let description: String
        let reason: String
        let held: String?
        let approvable: Bool?

        init(_ rule: SecurityGroupRule, reason: String, hold: Hold? = nil) {
            id = rule.id
            source = rule.source.description
            `protocol` = rule.traffic.protocol.ec2
            fromPort = rule.traffic.fromPort
            toPort = rule.traffic.toPort
            description = rule.description
            self.reason = reason
            held = hold?.text
            approvable = hold?.isApprovable
        }

        init(_ item: GroupPlan.Authorization) {
            id = nil
            source = item.permission.cidr.description
            `protocol` = item.permission.traffic.protocol.ec2
            fromPort = item.permission.traffic.fromPort
            toPort = item.permission.traffic.toPort
            description = item.permission.description
            reason = "reserved"
            held = nil
            approvable = nil
        }
    }

    struct Quota: Encodable {
        let family: Int
        let before: Int
        let after: Int
        let limit: Int
    }

    struct Group: Encodable {
        let id: String
        let region: String
        let unknown: Unknown?
        let authorize: [Rule]
        let revoke: [Rule]
        let held: [Rule]
        let standing: [Rule]
        let withoutRoom: [String]
        let quota: [Quota]

        init(_ plan: GroupPlan) {
            id = plan.group.id
            region = plan.group.region
            unknown = plan.unknown.map { Unknown(cause: $0.cause.rawValue, message: $0.message) }
            authorize = plan.authorizations.map(Rule.init)
            revoke = plan.revocations.map { Rule($0.rule, reason: $0.reason.word) }
            held = plan.held.map { Rule($0.revocation.rule, reason: $0.revocation.reason.word, hold: $0.hold) }
            standing = plan.standing.map { Rule($0.rule, reason: $0.ruleClass.word) }
            withoutRoom = plan.withoutRoom.map(\.name)
            quota = plan.quota.map { Quota(family: $0.family.rawValue, before: $0.before, after: $0.after, limit: $0.limit) }
        }
    }

    struct Node: Encodable {
        let name: String
        let state: String
        let address: String?
        let held: [String]?
        let reason: String?
        let removesStartupTaint: Bool

        init(_ plan: NodePlan) {
            name = plan.node.name
            held = plan.held.map { $0.sorted().map(\.description) }
            removesStartupTaint = plan.removesTaint
            switch plan.state {
            case .bound(let reference): (state, address, reason) = ("bound", reference.name, nil)
            case .swapping(let reference): (state, address, reason) = ("swap", reference.name, nil)
            case .waiting(let why): (state, address, reason) = ("waiting", nil, why.text)
            }
        }
    }

    struct Address: Encodable {
        let name: String
        let region: String
        let project: String
        let id: String
        let ip: String
        let state: String
        let holder: String?
        let notAdmittedIn: [String]

        init(_ plan: AddressPlan) {
            name = plan.address.name
            region = plan.address.reference.region
            project = plan.address.reference.project
            id = plan.address.id
            ip = plan.address.ip.description
            notAdmittedIn = plan.notAdmittedIn.map(\.id)
            switch plan.state {
            case .bound(let node): (state, holder) = ("bound", node)
            case .claimed(let node): (state, holder) = ("claimed", node)
            case .unbound: (state, holder) = ("unbound", nil)
            case .boundElsewhere(let users): (state, holder) = ("boundElsewhere", users.map(\.description).joined(separator: ", "))
            case .unknown: (state, holder) = ("unknown", nil)
            }
        }
    }
}

extension GroupPlan.Revocation.Reason {
    /// The word for programs.
    var word: String {
        switch self {
        case .confirmedRelease: "released"
        case .stale: "stale"
        case .foreign: "foreign"
        }
    }
}

extension RuleClass {
    /// The word for programs.
    var word: String {
        switch self {
        case .outOfScope: "outOfScope"
        case .otherOwner: "otherOwner"
        case .exact: "reserved"
        case .kept: "kept"
        case .stale: "stale"
        case .foreign: "foreign"
        }
    }
}

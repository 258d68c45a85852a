import Model
import Planning

extension PlanDocument {
    struct Group: Encodable {
        let id: String
        let region: String
        let ports: [String]
        let unknown: Unknown?
        let authorize: [Rule]
        let revoke: [Rule]
        let held: [Rule]
        let standing: [Rule]
        let withoutRoom: [String]
        let quota: [Quota]

        init(_ plan: GroupPlan, of whole: Plan) {
            let roomMakers = Set(plan.roomMaking.map(\.rule.id))
            id = plan.group.id
            region = plan.group.region
            ports = plan.ports.map(\.description)
            unknown = plan.unknown.map(Unknown.init)
            authorize = plan.authorizations.map(Rule.init)
            revoke = plan.revocations.map { Rule($0.rule, $0.reason.word, makesRoom: roomMakers.contains($0.rule.id)) }
            held = plan.held.map { Rule($0.revocation.rule, $0.revocation.reason.word, hold: Hold($0.hold, whole)) }
            standing = plan.standing.map { item in
                if case .otherOwner(let owner) = item.ruleClass { return Rule(item.rule, item.ruleClass.word, owner: owner) }
                return Rule(item.rule, item.ruleClass.word)
            }
            withoutRoom = plan.withoutRoom.map(\.name)
            quota = plan.quota.map { Quota(family: $0.family.rawValue, before: $0.before, after: $0.after, limit: $0.limit) }
        }
    }

    struct Quota: Encodable {
        let family: Int
        let before: Int
        let after: Int
        let limit: Int
    }

    struct Hold: Encodable {
        let reason: String
        let message: String
        let approvable: Bool

        init(_ hold: Planning.Hold, _ plan: Plan) {
            (reason, message, approvable) = (hold.word, hold.text(in: plan), hold.isApprovable)
        }
    }

    struct Rule: Encodable {
        let id: String?
        let source: String
        let sourceType: String
        let `protocol`: String
        let fromPort: Int?
        let toPort: Int?
        let description: String
        let `class`: String
        let owner: String?
        let makesRoom: Bool?
        let hold: Hold?

        init(_ rule: SecurityGroupRule, _ word: String, owner: String? = nil, makesRoom: Bool = false, hold: Hold? = nil) {
            id = rule.id
            source = rule.source.description
            sourceType = rule.source.word
            `protocol` = rule.traffic.protocol.ec2
            fromPort = rule.traffic.fromPort
            toPort = rule.traffic.toPort
            description = rule.description
            `class` = word
            self.owner = owner
            self.makesRoom = makesRoom ? true : nil
            self.hold = hold
        }

        init(_ item: GroupPlan.Authorization) {
            id = nil
            source = item.permission.cidr.description
            sourceType = SecurityGroupRule.Source.cidr(item.permission.cidr).word
            `protocol` = item.permission.traffic.protocol.ec2
            fromPort = item.permission.traffic.fromPort
            toPort = item.permission.traffic.toPort
            description = item.permission.description
            `class` = RuleClass.exact.word
            (owner, makesRoom, hold) = (nil, nil, nil)
        }
    }
}

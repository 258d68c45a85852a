import Model
import Planning

/// A rule that is in a group now, and what is to become of it.
struct Standing {
    enum Fate {
        case stays(RuleClass)
        case goes(GroupPlan.Revocation.Reason, makesRoom: Bool)
        case held(GroupPlan.Revocation.Reason, Hold)
    }

    var rule: SecurityGroupRule
    var fate: Fate

    /// What it is to the policy, as in `Chronology`.
    var word: String {
        switch fate {
        case .stays(let ruleClass): ruleClass.word
        case .goes(let reason, _), .held(let reason, _): reason.word
        }
    }

    static func all(of group: GroupPlan) -> [Standing] {
        group.standing.map { Standing(rule: $0.rule, fate: .stays($0.ruleClass)) }
            + group.revocations.map { Standing(rule: $0.rule, fate: .goes($0.reason, makesRoom: group.roomMaking.contains($0))) }
            + group.held.map { Standing(rule: $0.revocation.rule, fate: .held($0.revocation.reason, $0.hold)) }
    }

    /// Whether it counts as admitting: it stays, and is one of reserved addresses alone.
    var admits: Bool {
        switch fate {
        case .stays(.exact), .stays(.otherOwner): true
        default: false
        }
    }
}

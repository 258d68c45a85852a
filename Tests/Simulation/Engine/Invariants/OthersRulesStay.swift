import Model
import Sandbox

/// What is not this tool's to judge stays: rules of another Drawbridge, what is kept, and what admits none of the managed ports.
struct OthersRulesStay: Invariant {
    var judged = 0

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        for (rule, group) in change.revoked {
            judged += 1
            let owner = RuleOwner(description: rule.description ?? "")
            if let owner, !ledger.stage.policies.contains(where: { $0.name == owner.policy }) {
                return "\(rule.id), of another Drawbridge, was revoked"
            }
            let isManaged = !ledger.stage.managers(of: rule, in: group).isEmpty
            if isManaged, rule.source.cidr.map({ Stage.kept.contains($0) }) ?? false { return "\(rule.id), which is kept, was revoked" }
            if !isManaged, ledger.stage.scenario[.scopeGroup] == 0 { return "\(rule.id), which admits no managed port, was revoked" }
        }
        return nil
    }
}

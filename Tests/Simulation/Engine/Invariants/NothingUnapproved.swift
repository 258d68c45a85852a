import Model
import Sandbox

/// What always needs a person's approval does not go without: a rule of an indirect source, and one that admits other ports too and that
/// the tool did not write.
struct NothingUnapproved: Invariant {
    var judged = 0

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        for (rule, group) in change.revoked {
            judged += 1
            guard !ledger.isApproved(rule, group) else { continue }
            if rule.source.cidr == nil { return "\(rule.id), of an indirect source, was revoked without approval" }
            let owners = ledger.stage.managers(of: rule, in: group)
            guard let owner = owners.first, RuleOwner(description: rule.description ?? "")?.policy != owner.name else { continue }
            if !rule.traffic.isConfined(to: owners.flatMap { $0.securityGroups.flatMap(\.ports) }) {
                return "\(rule.id), which admits other ports too, was revoked without approval"
            }
        }
        return nil
    }
}

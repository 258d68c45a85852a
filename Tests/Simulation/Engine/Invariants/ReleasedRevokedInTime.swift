import Model
import Sandbox

/// A rule of this tool's whose Address is released for certain goes within the bound, counted in time in which nothing was in the way,
/// brake or no brake.
///
/// The bound: the pass that sees it (one interval), the rest of a group after a failure (one interval at most), and the readings, the
/// revoke and the read-back (60 s).
struct ReleasedRevokedInTime: Invariant {
    /// Of all rules that were due, those that the run would have outlasted, had they stayed.
    var judged = 0
    private var starts: [Int] = []
    /// Rule → the undisturbed time at which it came to be due.
    private var since: [String: Int] = [:]

    mutating func finish(_ ledger: Ledger) { judged = starts.count { ledger.undisturbed - $0 > Self.bound(ledger.stage) } }

    static func bound(_ stage: Stage) -> Int { 2 * stage.scenario[.interval] * 1000 + 60_000 }

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        var seen: Set<String> = []
        for policy in ledger.stage.policies {
            // An empty reserved set revokes nothing.
            if !policy.safety.allowEmpty && change.after.reserved(policy).isEmpty { continue }
            for group in policy.securityGroups {
                for rule in change.after.groups[group.reference]?.inbound ?? [] where isDue(rule, policy, group, change.after) {
                    seen.insert(rule.id)
                    if let message = judge(rule, ledger) { return message }
                }
            }
        }
        for id in since.keys where !seen.contains(id) { since[id] = nil }
        return nil
    }

    private func isDue(_ rule: EC2Rule, _ policy: Whitelist, _ group: Whitelist.Group, _ facts: Facts) -> Bool {
        guard let owner = RuleOwner(description: rule.description ?? ""), owner.policy == policy.name, let reference = owner.address,
            let block = rule.source.cidr, block.isSingleAddress, group.ports.contains(where: { Traffic($0) == rule.traffic })
        else { return false }
        let isNamed = facts.addresses[reference].map { String($0.id) == owner.addressID && $0.ip == block.network } ?? false
        let isHeld = facts.pool.keys.contains { facts.instances[$0]?.externalIP == block.network }
        return !isNamed && !isHeld && !facts.addresses.values.contains { $0.ip == block.network }
    }

    private mutating func judge(_ rule: EC2Rule, _ ledger: Ledger) -> String? {
        guard let start = since[rule.id] else {
            since[rule.id] = ledger.undisturbed
            starts.append(ledger.undisturbed)
            return nil
        }
        let time = ledger.undisturbed - start
        guard time > Self.bound(ledger.stage) else { return nil }
        return "\(rule.source) was released, and \(rule.id) has admitted it for \(time / 1000) s in which nothing was in the way"
    }
}

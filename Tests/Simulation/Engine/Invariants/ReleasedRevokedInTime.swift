import Model
import Sandbox

/// A rule of this tool's whose Address is released for certain goes within the bound, counted in time in which nothing was in the way,
/// brake or no brake.
///
/// The bound: the pass that sees it (one interval), the rest of a group after a failure (one interval at most), and the readings, the
/// revoke and the read-back (60 s).
struct ReleasedRevokedInTime: Invariant {
    private var since: [String: Int] = [:]

    static func bound(_ stage: Stage) -> Int { 2 * stage.scenario[.interval] * 1000 + 60_000 }

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        var seen: Set<String> = []
        let known = change.after.addresses.values
        for (index, policy) in ledger.stage.policies.enumerated() {
            // An empty reserved set revokes nothing.
            if change.after.reserved(policy).isEmpty && !policy.safety.allowEmpty { continue }
            for group in policy.securityGroups {
                for rule in change.after.groups[group.reference]?.inbound ?? [] {
                    guard let owner = RuleOwner(description: rule.description ?? ""), owner.policy == policy.name,
                        let reference = owner.address,
                        let block = rule.source.cidr, block.isSingleAddress, group.ports.contains(where: { Traffic($0) == rule.traffic })
                    else { continue }
                    let isNamed =
                        change.after.addresses[reference].map { String($0.id) == owner.addressID && $0.ip == block.network } ?? false
                    let isHeld = change.after.pool.keys.contains { change.after.instances[$0]?.externalIP == block.network }
                    guard !isNamed, !isHeld, !known.contains(where: { $0.ip == block.network }) else { continue }
                    seen.insert(rule.id)
                    guard let start = since[rule.id] else {
                        since[rule.id] = ledger.undisturbed
                        continue
                    }
                    let time = ledger.undisturbed - start
                    if time > Self.bound(ledger.stage) {
                        return "\(block) was released, and \(rule.id) has admitted it for \(time / 1000) s in which nothing was in the way"
                    }
                }
            }
            _ = index
        }
        for id in since.keys where !seen.contains(id) { since[id] = nil }
        return nil
    }
}

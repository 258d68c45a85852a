import Model
import Sandbox

/// A static address that no rule of this tool shows to have been one of its own stays on a pool node: somebody put it there.
struct StaticStaysOn: Invariant {
    /// Nodes that have long held such an address at the end, and any such address that was taken off.
    var judged = 0

    mutating func finish(_ ledger: Ledger) {
        judged += ledger.facts.pool.count { instance, policy in
            guard let ip = ledger.facts.instances[instance]?.externalIP, ledger.hasLongHeld(instance, ip) else { return false }
            return ledger.reservedSince[policy][ip] == nil && ledger.facts.addresses.values.contains { $0.ip == ip }
        }
    }

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .detaches(_, _, let instance, let id) = event, ledger.firstSent[id] == ledger.now,
            let policy = ledger.facts.pool[instance],
            let ip = ledger.facts.instances[instance]?.externalIP, ledger.isSettled(.addresses, .rules),
            let address = ledger.facts.addresses.values.first(where: { $0.ip == ip })
        else { return nil }
        judged += 1
        let owner = "\(RuleOwner.prefix)\(ledger.stage.policies[policy].name) "
        let wasOurs = ledger.stage.policies[policy].securityGroups.contains { group in
            (ledger.facts.groups[group.reference]?.inbound ?? []).contains {
                $0.source == .cidr(CIDR(ip)) && ($0.description ?? "").hasPrefix(owner)
            }
        }
        return wasOurs ? nil : "\(ip) of \(address.reference.name), which was never this tool's, is taken off \(instance.name)"
    }
}

import Model
import Planning
import Reconciliation
import Sandbox

/// What must be so once nothing goes wrong any more, counted from the world alone: a planner that overlooks something finds nothing left to
/// do, and this does.
extension Simulator {
    func unfinished(_ index: Int, _ replica: Replica) -> String? {
        let policy = stage.policies[index]
        return unadmitted(policy) ?? ledger.facts.leftover(index, stage) ?? unbound(index, policy, replica) ?? bare()
    }

    /// Every reserved Address is admitted by a rule for it alone, on every port of every group. (A policy that is told of a small quota may
    /// find no room.)
    private func unadmitted(_ policy: Whitelist) -> String? {
        guard scenario[.quota] >= Setting.quota.least else { return nil }
        let missing = ledger.facts.reserved(policy).filter { !isAdmitted($0.ip, policy) }.map(\.reference).min()
        return missing.map { "\($0.name) is reserved and not admitted" }
    }

    private func unbound(_ index: Int, _ policy: Whitelist, _ replica: Replica) -> String? {
        let facts = ledger.facts
        let reserved = facts.reserved(policy)
        let ips = Set(reserved.map(\.ip))
        for (instance, pool) in facts.pool.sorted(by: { $0.key < $1.key }) where pool == index {
            guard let machine = facts.instances[instance] else { return "\(instance.name) is gone, and its Node is there" }
            guard let ip = machine.externalIP else { continue }
            if facts.claims[instance] != nil { return "\(instance.name) still carries a claim" }
            if ips.contains(ip) {
                if facts.taints.contains(instance), isAdmitted(ip, policy) {
                    return "\(instance.name) is bound and admitted, and keeps its startup taint"
                }
                continue
            }
            // A static address that is in no reserved set is somebody's: what is not shown by a rule of ours to have been ours stays on.
            if instance.name == replica.ownNode || facts.addresses.values.contains(where: { $0.ip == ip }) { continue }
            let fitting = reserved.filter {
                $0.users.isEmpty && $0.networkTier == .premium && $0.reference.region == instance.region && isAdmitted($0.ip, policy)
            }
            if let free = fitting.map(\.reference).min() { return "\(instance.name) waits while \(free.name) is free and admitted" }
        }
        return nil
    }

    /// Nothing that ever was in a pool is without an address, nor does a claim stay on what left one.
    private func bare() -> String? {
        for instance in ledger.facts.instances.keys.sorted() where ledger.lastInPool(instance) != nil && !ledger.isClaimTouched(instance) {
            if ledger.facts.instances[instance]?.externalIP == nil { return "\(instance.name) has no external address" }
            if ledger.facts.claims[instance] != nil { return "\(instance.name) still carries a claim" }
        }
        return nil
    }

    /// By a rule for it alone in every group: a wide rule does not count.
    private func isAdmitted(_ ip: IPAddress, _ policy: Whitelist) -> Bool {
        policy.securityGroups.allSatisfy { group in
            let own = (ledger.facts.groups[group.reference]?.rules ?? []).filter { $0.source == .cidr(CIDR(ip)) }
            return group.ports.allSatisfy { Facts.admits(own, ip, $0) }
        }
    }
}

import Model
import Sandbox

/// Nothing is taken off for an Address that this very process has not just looked at and found free, nor for one that could be known to
/// be unfit: of another tier or region, held by somebody, or gone.
struct CheckedBeforeDetach: Invariant {
    var judged = 0
    /// The answer's way, and the process's standing still.
    static let lookAge = 90_000

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .detaches(let replica, let epoch, let instance, let id) = event, ledger.firstSent[id] == ledger.now,
            !ledger.isClaimTouched(instance),
            let claim = ledger.claim(on: instance), let config = ledger.facts.instances[instance]?.accessConfigs.first
        else { return nil }
        judged += 1
        let looked = ledger.lookedAt[Ledger.Looked(replica: replica, epoch: epoch, address: claim.address)]
        guard let looked, ledger.now - looked <= Self.lookAge else {
            return "\(instance.name) is detached for \(claim.address.name), and nobody looked whether it is free"
        }
        if claim.address.region != instance.region { return "\(instance.name) is detached for \(claim.address.name) of another region" }
        let address = ledger.facts.addresses[claim.address]
        if let address, address.networkTier != config.networkTier {
            return "\(instance.name) is detached for \(claim.address.name) of another tier"
        }
        guard ledger.isSettled(.addresses) else { return nil }
        guard let address else { return "\(instance.name) is detached for \(claim.address.name), which is gone" }
        if !address.users.isEmpty { return "\(instance.name) is detached for \(claim.address.name), which \(address.users) holds" }
        return nil
    }
}

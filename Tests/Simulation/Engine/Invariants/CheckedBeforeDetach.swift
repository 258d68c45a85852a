import Model
import Sandbox

/// Nothing is taken off for an address that could be known to be unfit: of another tier, held by somebody, or gone.
struct CheckedBeforeDetach: Invariant {
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        guard case .detaches(_, _, let instance, let id) = event, ledger.firstSent[id] == ledger.now, !ledger.claimTouched.contains(instance),
            let text = ledger.facts.claims[instance], let claim = SwapClaim(json: text), let config = ledger.facts.instances[instance]?.accessConfigs.first,
            ledger.now - ledger.worldTouched > Ledger.grace
        else { return nil }
        guard let address = ledger.facts.addresses[claim.address] else { return "\(instance.name) is detached for \(claim.address.name), which is gone" }
        if address.networkTier != config.networkTier { return "\(instance.name) is detached for \(claim.address.name) of another tier" }
        if !address.users.isEmpty { return "\(instance.name) is detached for \(claim.address.name), which \(address.users) holds" }
        return nil
    }
}

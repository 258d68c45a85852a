import Model
import Sandbox

/// The claim is on the Node before the first call, with the very request id of that call.
struct ClaimBeforeDetach: Invariant {
    var judged = 0
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        let (instance, id, isRestore): (InstanceReference, String, Bool)
        switch event {
        case .detaches(_, _, let reference, let requestID): (instance, id, isRestore) = (reference, requestID, false)
        case .attaches(_, _, let reference, let ip, let requestID): (instance, id, isRestore) = (reference, requestID, ip == nil)
        default: return nil
        }
        // After a restore that failed the next takes another id: the claim may be behind then.
        guard !isRestore, ledger.firstSent[id] == ledger.now, !ledger.isClaimTouched(instance) else { return nil }
        // The Node object may be gone before its instance is.
        guard ledger.facts.pool[instance] != nil else { return nil }
        judged += 1
        guard let claim = ledger.facts.claims[instance] else { return "\(instance.name) is touched without a claim on its Node" }
        return claim.contains(id) ? nil : "\(instance.name) is touched under another request id than its claim's"
    }
}

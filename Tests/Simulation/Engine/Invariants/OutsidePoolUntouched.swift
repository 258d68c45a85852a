import Model
import Sandbox

/// A machine that is in no pool is never touched. One that has left its pool may be while a reading that showed it there is young enough,
/// and so that what was begun on it is settled: a claim on its Node allows an address to be put on, and no other to be taken off.
struct OutsidePoolUntouched: Invariant {
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        let (instance, id, takesOff): (InstanceReference, String, Bool)
        switch event {
        case .detaches(_, _, let reference, let requestID): (instance, id, takesOff) = (reference, requestID, true)
        case .attaches(_, _, let reference, _, let requestID): (instance, id, takesOff) = (reference, requestID, false)
        default: return nil
        }
        // A repetition is the same call.
        guard ledger.firstSent[id] == ledger.now else { return nil }
        guard let last = ledger.poolLast[instance] else { return "\(instance.name), which never was in a pool, is touched" }
        if ledger.facts.pool[instance] != nil || ledger.now - last <= Ledger.grace { return nil }
        if !takesOff && ledger.facts.claims[instance] != nil { return nil }
        return "\(instance.name) left its pool \((ledger.now - last) / 1000) s ago, and is touched"
    }
}

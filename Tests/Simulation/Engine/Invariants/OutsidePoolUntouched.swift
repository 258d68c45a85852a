import Model
import Sandbox

/// A machine that is in no pool is never touched, nor is its Node. One that has left its pool may be while a reading that showed it there
/// is young enough, and so that what was begun on it is settled: a claim on its Node allows an address to be put on, and no other to be
/// taken off, and the claim itself to be written anew or taken away.
struct OutsidePoolUntouched: Invariant {
    var judged = 0

    private enum Touch {
        case takesOff, putsOn, claims, takesTaint
    }

    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        switch event {
        // A repetition is the same call.
        case .detaches(_, _, let instance, let id) where ledger.firstSent[id] == ledger.now: return judge(instance, .takesOff, ledger)
        case .attaches(_, _, let instance, _, let id) where ledger.firstSent[id] == ledger.now: return judge(instance, .putsOn, ledger)
        case .sends(_, _, .setClaim, let node): return ledger.instance(ofNode: node).flatMap { judge($0, .claims, ledger) }
        case .sends(_, _, .removeTaint, let node): return ledger.instance(ofNode: node).flatMap { judge($0, .takesTaint, ledger) }
        default: return nil
        }
    }

    private mutating func judge(_ instance: InstanceReference, _ touch: Touch, _ ledger: Ledger) -> String? {
        judged += 1
        guard let last = ledger.lastInPool(instance) else { return "\(instance.name), which never was in a pool, is touched" }
        if ledger.now - last <= ledger.grace { return nil }
        switch touch {
        case .putsOn, .claims: if ledger.facts.claims[instance] != nil { return nil }
        case .takesOff, .takesTaint: break
        }
        return "\(instance.name) left its pool \((ledger.now - last) / 1000) s ago, and is touched"
    }
}

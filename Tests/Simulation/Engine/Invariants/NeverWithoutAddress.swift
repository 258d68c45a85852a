import Model
import Sandbox

/// A machine whose address the tool took off has one again within the bound, counted in time in which nothing was in the way of the tool.
///
/// The bound: the detach, an attach for the claimed Address and for each of two alternatives, and the restore (five times the longest
/// operation), their answers, and the longest pause of a restore (15 s).
struct NeverWithoutAddress: Invariant {
    private var since: [InstanceReference: (undisturbed: Int, id: UInt64)] = [:]

    static func bound(_ stage: Stage) -> Int { 5 * stage.scenario[.operation] + 60_000 }

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        for (reference, instance) in change.after.instances {
            guard instance.externalIP == nil else {
                since[reference] = nil
                continue
            }
            // Whoever takes the claim away takes away what tells that an address is missing.
            guard !ledger.claimTouched.contains(reference) else { continue }
            guard let entry = since[reference], entry.id == instance.id else {
                since[reference] = (ledger.undisturbed, instance.id)
                continue
            }
            let time = ledger.undisturbed - entry.undisturbed
            if time > Self.bound(ledger.stage) {
                return "\(reference.name) has been without an external address for \(time / 1000) s in which nothing was in the way"
            }
        }
        for reference in since.keys where change.after.instances[reference] == nil { since[reference] = nil }
        return nil
    }
}

import Model
import Sandbox

/// A machine whose address the tool took off has one again within the bound, counted in time in which nothing was in the way of the tool.
///
/// The bound: the detach, an attach for the claimed Address and for each of two alternatives, and the restore (five times the longest
/// operation), their answers, and the longest pause of a restore (15 s).
struct NeverWithoutAddress: Invariant {
    /// Of all times that a machine was without one, those that the run would have outlasted, had none been put on.
    var judged = 0
    private var starts: [Int] = []
    private var since: [InstanceReference: Bare] = [:]

    private struct Bare {
        var undisturbed: Int
        var id: UInt64
    }

    mutating func finish(_ ledger: Ledger) { judged = starts.count { ledger.undisturbed - $0 > Self.bound(ledger.stage) } }

    static func bound(_ stage: Stage) -> Int { 5 * stage.scenario[.operation] + 60_000 }

    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        // Nothing is without an address, and nothing came to be.
        if since.isEmpty && change.after.instances == change.before.instances { return nil }
        var broken: (name: String, time: Int)?
        for (reference, instance) in change.after.instances {
            guard instance.externalIP == nil else {
                since[reference] = nil
                continue
            }
            // Whoever takes the claim away takes away what tells that an address is missing. And who takes the address off puts one on.
            guard !ledger.isClaimTouched(reference), !ledger.bared.contains(reference) else { continue }
            guard let entry = since[reference], entry.id == instance.id else {
                since[reference] = Bare(undisturbed: ledger.undisturbed, id: instance.id)
                starts.append(ledger.undisturbed)
                continue
            }
            let time = ledger.undisturbed - entry.undisturbed
            if time > Self.bound(ledger.stage), reference.name < broken?.name ?? "~" { broken = (reference.name, time) }
        }
        for reference in since.keys where change.after.instances[reference] == nil { since[reference] = nil }
        return broken.map { "\($0.name) has been without an external address for \($0.time / 1000) s in which nothing was in the way" }
    }
}

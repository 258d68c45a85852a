import Model
import Sandbox

/// Forwarding rules, routers and other people's machines keep what they have, whatever the tool does.
///
/// No call that the tool has could take an Address off a forwarding rule or a router: there this judges the stage. Of machines it judges
/// what came of calls, whoever sent them; `OutsidePoolUntouched` judges their sending.
struct ForeignNeverDetached: Invariant {
    var judged = 0
    mutating func check(_ change: Ledger.Change, _ ledger: Ledger) -> String? {
        if case .person = change.cause { return nil }
        guard change.after.addresses != change.before.addresses else { return nil }
        for (reference, before) in change.before.addresses {
            guard let after = change.after.addresses[reference] else { return "\(reference.name) was released" }
            for user in before.users where !after.users.contains(user) {
                judged += 1
                guard let instance = InstanceReference(selfLink: user) else { return "\(reference.name) was taken off \(user)" }
                let isGone = change.after.instances[instance]?.id != held(change.before, instance)
                if !isGone, change.after.instances[instance] != nil, ledger.lastInPool(instance) == nil {
                    return "\(reference.name) was taken off \(instance.name)"
                }
            }
        }
        return nil
    }

    private func held(_ facts: Facts, _ instance: InstanceReference) -> UInt64? { facts.instances[instance]?.id }
}

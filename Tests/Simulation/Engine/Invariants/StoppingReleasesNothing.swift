import Model

/// Once it was told to stop, a process takes nothing off that it had not begun to take off, and revokes nothing.
struct StoppingReleasesNothing: Invariant {
    var judged = 0
    mutating func check(_ event: ToolEvent, _ ledger: Ledger) -> String? {
        switch event {
        case .detaches(let replica, _, let instance, let id):
            guard ledger.firstSent[id] == ledger.now else { return nil }
            judged += 1
            guard let stopped = ledger.stoppedAt[replica], ledger.now > stopped else { return nil }
            return "r\(replica) was told to stop, and begins to take the address off \(instance.name)"
        case .revokes(let replica, _, _, let group, _):
            judged += 1
            guard ledger.stoppedAt[replica] != nil else { return nil }
            return "r\(replica) was told to stop, and revokes in \(group.id)"
        default: return nil
        }
    }
}

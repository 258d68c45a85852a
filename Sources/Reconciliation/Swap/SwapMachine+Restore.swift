import Model

/// An ephemeral address again, where no reserved one can be put on.
extension SwapMachine {
    /// The access config of the instance that has come in the old one's place was taken off: calls name an instance, not its id.
    mutating func stripped() -> [Swap.Effect] {
        trouble = "the instance was recreated while its address was being taken off"
        return restore()
    }

    mutating func restore() -> [Swap.Effect] {
        if Mutant.restoresNoEphemeral.isActive { return unclaim(.restored(trouble)) }
        state = .restoring
        return [
            .attach(
                networkInterface: claim.networkInterface, name: claim.accessConfigName, natIP: nil, networkTier: claim.networkTier,
                requestID: claim.restoreRequestID)
        ]
    }

    mutating func restored(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            (mayBeBare, isBare) = (false, false)
            return unclaim(.restored(trouble))
        case .failure(let error):
            state = .afterRestore(error)
            return [.readInstance]
        }
    }

    /// A node is never left without an address: this goes on, ever more slowly, until something is on it, the instance is gone, or the
    /// process ends; then the claim still tells the successor.
    mutating func settleRestore(_ error: APIError, _ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .gone, .replaced: return unclaim(.instanceGone)
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with: return unclaim(.restored(trouble))
        case .without, .stripped, .unreadable:
            trouble = "restore: \(error)"
            stranded = trouble
            // While the call may be under way, it is repeated under its own id; else that stands for an operation that failed.
            if !error.mayHaveTakenEffect {
                refusal = trouble
                claim.restoreRequestID = uuid()
            }
            return delay(then: .restore)
        }
    }
}

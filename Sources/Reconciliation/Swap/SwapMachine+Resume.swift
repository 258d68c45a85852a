import Model

/// What a claim found on a node calls for.
extension SwapMachine {
    mutating func inspected(_ result: Result<Instance, APIError>, _ now: Timestamp) -> [Swap.Effect] {
        let isFresh = times.isFresh(claim, now: now)
        switch look(result) {
        case .gone: return unclaim(.instanceGone)
        case .replaced:
            mayBeDetaching = isFresh && !isRenewed && now - claim.startedAt < times.detachIsOver
            return replaced()
        case .unreadable(let error): return finish(.unsettled("the instance of a claimed node can't be read: \(error)"))
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        // An address that was being drawn when the claim was written is known by nothing; while the claim is fresh it counts as the one
        // from before.
        case .with(let ip) where ip != claim.previousIP && !(isFresh && claim.previousIP == nil):
            // Most likely an earlier attempt ended so. But a person may have put it on, and a detach that is still under way would take
            // it off again: the claim has to tell of that.
            mayBeDetaching = isFresh && !isRenewed && now - claim.startedAt < times.detachIsOver
            if mayBeDetaching { return finish(.unsettled("the instance has \(text(ip)) now; an earlier detach may still be under way")) }
            return unclaim(.restored("an earlier attempt ended with \(text(ip))"))
        case .with:
            // The detach has not happened, or not yet. Its id makes the repetition safe; where the Address would not do any more, waiting
            // tells.
            mayBeDetaching = isFresh && !isRenewed
            if isStopping { return finish(.unsettled("the controller is stopping")) }
            guard claimStands else { return letGo("the claimed Address is no longer reserved, admitted and free") }
            guard isFresh else { return renew(now) }
            subnetwork = (try? result.get())?.primaryInterface?.subnetwork
            return ask()
        case .without:
            if !claimStands { return another("the claimed Address is no longer reserved, admitted and free", now: now) }
            return isFresh ? attach() : renew(now)
        case .stripped: return stripped()
        }
    }

    /// New request ids for a new attempt: those of the claim may have left their window.
    mutating func renew(_ now: Timestamp) -> [Swap.Effect] {
        claim.detachRequestID = uuid()
        claim.attachRequestID = uuid()
        claim.restoreRequestID = uuid()
        claim.startedAt = now
        state = .renewing
        return [.writeClaim(expected: written, claim)]
    }

    mutating func renewed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            isRenewed = true
            state = .inspecting
            return [.readInstance]
        case .failure(let error): return finish(.unsettled("the claim could not be renewed: \(error)"))
        }
    }
}

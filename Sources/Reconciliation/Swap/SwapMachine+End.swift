import Model

/// How it ends, and what it waits for before.
extension SwapMachine {
    mutating func stop() -> [Swap.Effect] {
        isStopping = !Mutant.detachesAfterStop.isActive
        // A delay before a restore is cut short once; everything else ends at its next step.
        guard case .waiting(let next) = state else { return [] }
        return next == .detach ? finish(.unsettled(trouble)) : proceed(next)
    }

    mutating func unclaim(_ outcome: Swap.Outcome) -> [Swap.Effect] {
        guard let written else { return finish(outcome) }
        state = .unclaiming(outcome)
        return [.writeClaim(expected: written, nil)]
    }

    /// A claim that could not be taken off is taken up again after a while, and not at once for ever.
    mutating func unclaimed(_ outcome: Swap.Outcome, _ result: Result<Void, APIError>) -> [Swap.Effect] {
        guard case .failure(let error) = result, !error.isMissing else { return finish(outcome) }
        switch outcome {
        case .bound(let address): return finish(.unsettled("\(address.name) is on, but the claim could not be taken off: \(error)"))
        case .instanceGone: return finish(.unsettled("the instance is gone, but the claim could not be taken off: \(error)"))
        case .unchanged, .restored, .unsettled: return finish(outcome)
        }
    }

    mutating func finish(_ outcome: Swap.Outcome) -> [Swap.Effect] {
        state = .finished
        return [.finish(outcome)]
    }

    mutating func delay(then next: Next) -> [Swap.Effect] {
        failures += 1
        state = .waiting(next)
        if Mutant.repeatsUnderNewIDs.isActive { (claim.detachRequestID, claim.attachRequestID) = (uuid(), uuid()) }
        let doubled = times.firstDelay * (1 << min(failures - 1, 10))
        return [.wait(min(doubled, times.longestDelay))]
    }

    mutating func proceed(_ next: Next) -> [Swap.Effect] {
        switch next {
        case .detach: return detach()
        case .attach: return attach()
        case .restore: return restore()
        }
    }
}

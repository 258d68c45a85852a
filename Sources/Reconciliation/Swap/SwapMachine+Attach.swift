import Model
import Planning

/// From the detach to the reserved address on the node, or another one.
extension SwapMachine {
    mutating func attach() -> [Swap.Effect] {
        state = .attaching
        return [
            .attach(
                networkInterface: claim.networkInterface, name: claim.accessConfigName, natIP: claim.ip, networkTier: claim.networkTier,
                requestID: claim.attachRequestID)
        ]
    }

    mutating func attached(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            failures = 0
            isBare = false
            state = .verifying
            return [.readInstance]
        case .failure where Mutant.ignoresTheOperationsError.isActive: return unclaim(.bound(claim.address))
        case .failure(let error) where error.mayHaveTakenEffect && failures < times.repeats:
            trouble = "\(error)"
            // One lost answer is soon mended; from the next on the node may have been bare for long.
            if failures > 0 { stranded = "attach: \(trouble)" }
            return delay(then: .attach)
        case .failure(let error):
            trouble = "\(error)"
            state = .afterAttach(error)
            return [.readInstance]
        }
    }

    mutating func settleAttach(_ error: APIError, _ result: Result<Instance, APIError>, _ now: Timestamp) -> [Swap.Effect] {
        switch look(result) {
        case .gone, .replaced: return unclaim(.instanceGone)
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with(let ip): return unclaim(.restored("attach: \(error); the instance has \(text(ip)) now"))
        case .stripped: return stripped()
        case .unreadable, .without:
            refused.append(claim.address)
            if error.isDenied || error.disposition == .permanent { refusal = "attach: \(error)" }
            return error.isDenied || isStopping ? restore() : another("attach: \(error)", now: now)
        }
    }

    /// Claims another Address before it is attached, with new request ids; without one the ephemeral address is restored.
    mutating func another(_ reason: String, now: Timestamp? = nil) -> [Swap.Effect] {
        trouble = reason
        guard refusals < times.alternatives, !alternatives.isEmpty else { return restore() }
        refusals += 1
        failures = 0
        let next = alternatives.removeFirst()
        claim.address = next.reference
        claim.ip = next.ip
        claim.attachRequestID = uuid()
        claim.restoreRequestID = uuid()
        if let now { claim.startedAt = now }
        claimStands = true
        if Mutant.attachesAnotherUnclaimed.isActive { return attach() }
        state = .reclaiming
        return [.writeClaim(expected: written, claim)]
    }

    mutating func reclaimed(_ result: Result<Void, APIError>) -> [Swap.Effect] {
        switch result {
        case .success:
            written = claim
            return attach()
        case .failure(let error):
            // The node is without an address: that weighs more than a claim that can't be written.
            trouble = "\(trouble); claim: \(error)"
            return restore()
        }
    }

    mutating func verified(_ result: Result<Instance, APIError>) -> [Swap.Effect] {
        switch look(result) {
        case .with(let ip) where ip == claim.ip: return unclaim(.bound(claim.address))
        case .with(let ip): return unclaim(.restored("attach was answered as done, but the instance has \(text(ip))"))
        case .gone, .replaced: return unclaim(.instanceGone)
        case .stripped: return stripped()
        case .without:
            refused.append(claim.address)
            trouble = "attach was answered as done, but the instance has no external address"
            return restore()
        case .unreadable(let error): return finish(.unsettled("attached, but the instance can't be read: \(error)"))
        }
    }
}

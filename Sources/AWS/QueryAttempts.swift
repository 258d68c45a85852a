import HTTP
package import Model

/// The attempts of one call: decides after each failure whether, when and how to call again.
///
/// A write is repeated only when it is certain that it took no effect: `QueryFailure.error` then carries `.retry`. After a lost
/// answer it carries `.reread`, and the call ends here.
package struct QueryAttempts: Sendable {
    package enum Decision: Hashable, Sendable {
        case again(after: Duration)
        /// At once, with the time of the server, which is so far ahead.
        case correctClock(ahead: Duration)
        /// At once, with other credentials.
        case renewCredentials
        case giveUp(APIError)
    }

    private var retry: Retry
    private let signed: Bool
    private var correctedBy: Duration?
    private var renewed = false

    package init(policy: Retry.Policy, start: Instant, signed: Bool) {
        retry = Retry(policy: policy, start: start)
        self.signed = signed
    }

    package mutating func decide(
        after failure: QueryFailure, skew: ClockSkew, now: Instant, unit: Double, budget: inout RetryBudget
    ) -> Decision {
        switch failure.kind {
        case .clock where signed, .signature where signed:
            return decideOnClock(failure, skew: skew)
        case .expired where signed && !renewed:
            renewed = true
            return .renewCredentials
        default: break
        }
        guard failure.error.code != HTTPError.Kind.cancelled.rawValue else { return .giveUp(failure.error) }
        switch retry.decide(after: failure.error.disposition, now: now, unit: unit, budget: &budget) {
        case .again(let delay): return .again(after: delay)
        case .giveUp: return .giveUp(failure.error)
        }
    }

    private mutating func decideOnClock(_ failure: QueryFailure, skew: ClockSkew) -> Decision {
        var error = failure.error
        if let correctedBy {
            error.message =
                String(error.message.prefix(600)) + "; \(ClockSkew.description(ahead: correctedBy)), and a request signed with "
                + "AWS's time was refused as well: set the clock (NTP)"
            return .giveUp(error)
        }
        // A signature can be wrong for many reasons: only a skew near the five minutes for which signatures hold is taken for
        // the cause.
        let threshold: Duration = failure.kind == .clock ? .seconds(30) : .seconds(240)
        guard let server = failure.serverDate else {
            if failure.kind == .clock { error.message = String(error.message.prefix(600)) + "; check this machine's clock (NTP)" }
            return .giveUp(error)
        }
        // Another call may have made the correction since this request was signed.
        let corrected = skew.correct(server: server, local: failure.receivedAt, threshold: threshold)
        let ahead = skew.ahead
        let change = ahead - failure.signedAhead
        guard corrected || change > threshold || change < .zero - threshold else { return .giveUp(error) }
        correctedBy = ahead
        return .correctClock(ahead: ahead)
    }
}

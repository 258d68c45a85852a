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
        if let correctedBy {
            return decideOnKeys(
                failure,
                else: "\(ClockSkew.description(ahead: correctedBy)), and a request signed with AWS's time was refused as well: "
                    + "set the clock (NTP)")
        }
        // A signature can be wrong for many reasons: only a skew near the five minutes for which signatures hold is taken for
        // the cause.
        let threshold: Duration = failure.kind == .clock ? .seconds(30) : .seconds(240)
        guard let server = failure.serverDate else {
            return decideOnKeys(failure, else: failure.kind == .clock ? "check this machine's clock (NTP)" : nil)
        }
        // Another call may have made the correction since this request was signed.
        let corrected = skew.correct(server: server, local: failure.receivedAt, threshold: threshold)
        let ahead = skew.ahead
        let change = ahead - failure.signedAhead
        guard corrected || change > threshold || change < .zero - threshold else { return decideOnKeys(failure, else: nil) }
        correctedBy = ahead
        return .correctClock(ahead: ahead)
    }

    /// EC2 says `RequestExpired` of temporary keys whose time is over as well, and there are no other words for it: where the clock
    /// is not the cause, they are taken for it, once.
    ///
    /// Source: aws-sdk-go pull request 253 and aws-sdk-ruby issue 143, which count the code among those of expired keys.
    private mutating func decideOnKeys(_ failure: QueryFailure, else advice: String?) -> Decision {
        guard failure.error.code == "RequestExpired", failure.areTemporary else {
            return .giveUp(advice.map(failure.advised) ?? failure.error)
        }
        if !renewed {
            renewed = true
            return .renewCredentials
        }
        return .giveUp(
            failure.advised(
                "new keys were refused as well: get new credentials there, or " + (advice ?? "check this machine's clock (NTP)")))
    }
}

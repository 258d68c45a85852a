/// The retries of one call: exponential back-off with full jitter, bounded in number, in time, and by a budget that all calls of one API
/// share.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog: sleep = random(0, min(cap, base × 2^attempt)).
package struct Retry: Sendable {
    package struct Policy: Hashable, Sendable {
        /// Calls altogether, the first included.
        package var attempts: Int
        package var base: Duration
        package var cap: Duration
        /// From the first call to the start of the last.
        package var total: Duration

        package init(attempts: Int, base: Duration, cap: Duration, total: Duration) {
            self.attempts = attempts
            self.base = base
            self.cap = cap
            self.total = total
        }
    }

    package enum Decision: Hashable, Sendable {
        /// Call again after this delay.
        case again(after: Duration)
        case giveUp
    }

    private let policy: Policy
    private let start: Instant
    private var failures = 0

    package init(policy: Policy, start: Instant) {
        self.policy = policy
        self.start = start
    }

    /// What to do after a failed call.
    ///
    /// - Parameters:
    ///   - unit: a random number of 0..<1.
    ///   - budget: gives one token per retry; when it is empty the call is given up.
    package mutating func decide(
        after disposition: APIError.Disposition, now: Instant, unit: Double, budget: inout RetryBudget
    ) -> Decision {
        let isRepeatable = Mutant.repeatsLostWrites.isActive && disposition == .reread
        guard case .retry(let named) = isRepeatable ? .retry(after: nil) : disposition else { return .giveUp }
        failures += 1
        guard failures < policy.attempts else { return .giveUp }
        let ceiling = min(policy.cap.inSeconds, policy.base.inSeconds * Double(1 << min(failures - 1, 20)))
        var delay = Duration.milliseconds(Int64(ceiling * min(max(unit, 0), 1) * 1000))
        if let named, !Mutant.ignoresRetryAfter.isActive { delay = max(delay, named) }
        guard (now + delay) - start <= policy.total, budget.take(now: now) else { return .giveUp }
        return .again(after: delay)
    }
}

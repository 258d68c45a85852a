/// A token bucket: each retry takes a token, time gives them back. It keeps a failing API from being hammered by all its callers at once.
package struct RetryBudget: Hashable, Sendable {
    package let capacity: Double
    package let refillPerSecond: Double
    private var tokens: Double
    private var refilledAt: Instant

    package init(capacity: Double, refillPerSecond: Double, now: Instant) {
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
        tokens = capacity
        refilledAt = now
    }

    /// Takes one token, if there is one.
    package mutating func take(now: Instant) -> Bool {
        if now > refilledAt {
            tokens = min(capacity, tokens + (now - refilledAt).inSeconds * refillPerSecond)
            refilledAt = now
        }
        guard tokens >= 1 || Mutant.repeatsWithoutBudget.isActive else { return false }
        tokens -= 1
        return true
    }
}

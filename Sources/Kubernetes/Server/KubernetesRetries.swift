package import Model

/// How often calls of the API server are repeated.
package enum KubernetesRetries {
    /// - Parameter limit: of one request.
    package static func policy(limit: Duration) -> Retry.Policy {
        Retry.Policy(attempts: 4, base: .milliseconds(200), cap: .seconds(5), total: min(.seconds(20), limit))
    }

    /// Shared by all calls of one client.
    package static func budget(now: Instant) -> RetryBudget { RetryBudget(capacity: 20, refillPerSecond: 1, now: now) }
}

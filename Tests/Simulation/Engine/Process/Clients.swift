import AWS
import Model

/// What the clients of one process remember between calls: their budgets of retries, the clock correction, and which permissions were
/// asked.
struct Clients {
    // As ComputeClient, EC2Client and APIServer make them.
    var computeReads: RetryBudget
    var computeWrites: RetryBudget
    var ec2: [CallKind: RetryBudget]
    var kubernetes: RetryBudget
    let skew = ClockSkew()
    /// Zone or region → what is missing, for ten minutes.
    var permissions: [String: (missing: [String], until: Int)] = [:]

    init(now: Instant) {
        computeReads = RetryBudget(capacity: 50, refillPerSecond: 1, now: now)
        computeWrites = RetryBudget(capacity: 200, refillPerSecond: 3, now: now)
        ec2 = [
            .describeRules: RetryBudget(capacity: 10, refillPerSecond: 0.2, now: now),
            .authorizeIngress: RetryBudget(capacity: 20, refillPerSecond: 0.2, now: now),
            .revokeIngress: RetryBudget(capacity: 10, refillPerSecond: 0.2, now: now),
        ]
        kubernetes = RetryBudget(capacity: 20, refillPerSecond: 1, now: now)
    }
}

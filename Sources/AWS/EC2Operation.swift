package import Model

/// The actions of EC2 that Drawbridge calls: exactly those that `policies/aws-permissions.json` allows. No other can be written
/// down.
package enum EC2Operation: String, Hashable, Sendable, CaseIterable {
    case describeSecurityGroups = "DescribeSecurityGroups"
    case describeSecurityGroupRules = "DescribeSecurityGroupRules"
    case authorizeSecurityGroupIngress = "AuthorizeSecurityGroupIngress"
    case revokeSecurityGroupIngress = "RevokeSecurityGroupIngress"

    package var writes: Bool { self == .authorizeSecurityGroupIngress || self == .revokeSecurityGroupIngress }

    /// A budget for each action: what describes and revokes spend can't keep an authorize from its retries.
    package func budget(now: Instant) -> RetryBudget {
        RetryBudget(capacity: self == .authorizeSecurityGroupIngress ? 20 : 10, refillPerSecond: 0.2, now: now)
    }
}

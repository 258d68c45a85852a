/// The actions of EC2 that Drawbridge calls: exactly those that `policies/aws-permissions.json` allows. No other can be written
/// down.
package enum EC2Operation: String, Hashable, Sendable, CaseIterable {
    case describeSecurityGroups = "DescribeSecurityGroups"
    case describeSecurityGroupRules = "DescribeSecurityGroupRules"
    case authorizeSecurityGroupIngress = "AuthorizeSecurityGroupIngress"
    case revokeSecurityGroupIngress = "RevokeSecurityGroupIngress"

    package var writes: Bool { self == .authorizeSecurityGroupIngress || self == .revokeSecurityGroupIngress }
}

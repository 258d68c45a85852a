/// As whom a security group is read and written.
package struct AWSAccess: Hashable, Sendable {
    package enum Identity: Hashable, Sendable {
        /// What the process's surroundings give, in botocore's order.
        case environment
        /// A Google-signed ID token from the metadata server, made for this audience, and exchanged for `roleARN`.
        case google(audience: String)

        /// What a token is made for when a policy does not say: STS's own name, as EKS's tokens have it.
        package static let defaultAudience = "sts.amazonaws.com"
    }

    package var identity: Identity
    /// A role to take with that identity; never `nil` with `.google`.
    package var roleARN: String?
    /// What a third party's role asks to be told with `AssumeRole`. No secret by AWS's words, and yet it is shown nowhere
    /// but in the trust policies that `drawbridge policies` prints.
    package var externalID: String?

    package init(identity: Identity, roleARN: String?, externalID: String?) {
        self.identity = identity
        self.roleARN = roleARN
        self.externalID = externalID
    }

    /// What the surroundings give, used as it is.
    package static let environment = AWSAccess(identity: .environment, roleARN: nil, externalID: nil)

    /// A role on top of what the surroundings give.
    package static func role(_ arn: String) -> AWSAccess { AWSAccess(identity: .environment, roleARN: arn, externalID: nil) }
}

package import Model
package import Planning

/// What came of asking AWS as one identity in one region.
package struct AWSExamination: Sendable {
    package typealias Answer<Value> = Result<Value, APIError>

    package struct Caller: Hashable, Sendable {
        package var account: String
        package var arn: String

        package init(account: String, arn: String) {
            self.account = account
            self.arn = arn
        }
    }

    /// The token that was offered for a role, where it was refused.
    package struct Token: Hashable, Sendable {
        /// A file, or the metadata server.
        package var origin: String
        /// `nil` where what is there is no token.
        package var claims: IdentityTokenClaims?
        package var roleARN: String

        package init(origin: String, claims: IdentityTokenClaims?, roleARN: String) {
            self.origin = origin
            self.claims = claims
            self.roleARN = roleARN
        }
    }

    /// Whether a call would be allowed, by `DryRun`.
    package enum Right: Hashable, Sendable {
        case allowed
        case denied(APIError)
        /// An answer that tells nothing of the right.
        case unclear(APIError)
    }

    /// One group of one policy.
    package struct Group: Sendable {
        package var policy: String
        package var group: Whitelist.Group
        /// The group's name.
        package var existence: Answer<String>
        package var rules: Answer<SecurityGroup>
        /// By the action's name, `AuthorizeSecurityGroupIngress`.
        package var rights: [String: Answer<Right>]
        /// What the loop would make of it; `nil` where its rules or the reserved set could not be read.
        package var plan: GroupPlan?
        /// Other policies of the file on the same group, and their ports.
        package var others: [String: [ManagedPort]]

        package init(
            policy: String, group: Whitelist.Group, existence: Answer<String>, rules: Answer<SecurityGroup>,
            rights: [String: Answer<Right>], plan: GroupPlan?, others: [String: [ManagedPort]]
        ) {
            self.policy = policy
            self.group = group
            self.existence = existence
            self.rules = rules
            self.rights = rights
            self.plan = plan
            self.others = others
        }
    }

    package var region: String
    package var access: AWSAccess
    /// Which member of the chain gave keys, or which role.
    package var keys: Answer<String>
    /// What the chain gave beneath a role; `nil` where there is no role on top of it.
    package var base: Answer<String>?
    package var caller: Answer<Caller>?
    package var token: Token?
    /// How far AWS's clock is ahead of this machine's.
    package var clockAhead: Duration?
    /// Sorted by policy and group. Asked only with keys.
    package var groups: [Group] = []
    /// All databases of the region; `nil` where it was not asked.
    package var databases: Answer<[DBInstance]>?

    package init(region: String, access: AWSAccess, keys: Answer<String>) {
        self.region = region
        self.access = access
        self.keys = keys
    }
}

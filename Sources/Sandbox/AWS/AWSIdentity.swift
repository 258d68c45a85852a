package import Model

/// The accounts' side of AWS: access keys, roles, sessions.
package struct AWSIdentity: Sendable {
    package struct Credential: Hashable, Sendable {
        package var accessKeyID: String
        package var secret: Secret
        /// Of temporary credentials.
        package var sessionToken: Secret?
        package var expiresAt: Timestamp?
        package var account: String
        /// `arn:aws:iam::…:user/…` or `arn:aws:sts::…:assumed-role/…`.
        package var arn: String
        package var userID: String
        /// Actions that it may not do, such as `ec2:RevokeSecurityGroupIngress`, or `ec2:*`.
        package var denied: Set<String>

        package init(
            accessKeyID: String, secret: Secret, sessionToken: Secret? = nil, expiresAt: Timestamp? = nil, account: String,
            arn: String, userID: String, denied: Set<String> = []
        ) {
            self.accessKeyID = accessKeyID
            self.secret = secret
            self.sessionToken = sessionToken
            self.expiresAt = expiresAt
            self.account = account
            self.arn = arn
            self.userID = userID
            self.denied = denied
        }

        package func may(_ action: String) -> Bool {
            !denied.contains(action) && !denied.contains(action.prefix { $0 != ":" } + ":*")
        }
    }

    package struct Role: Hashable, Sendable {
        package var arn: String
        /// Accounts whose keys may assume it.
        package var trustedAccounts: Set<String>
        /// What an identity token must say; all of one entry.
        package var trustedIdentities: [TrustedIdentity]
        package var denied: Set<String>
        package var externalID: String?

        package init(
            arn: String, trustedAccounts: Set<String> = [], trustedIdentities: [TrustedIdentity] = [], denied: Set<String> = [],
            externalID: String? = nil
        ) {
            self.arn = arn
            self.trustedAccounts = trustedAccounts
            self.trustedIdentities = trustedIdentities
            self.denied = denied
            self.externalID = externalID
        }

        var account: String { String(arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first ?? "") }
        var name: String { String(arn.split(separator: "/").last ?? "") }
    }

    /// A condition of a role's trust policy on identity tokens.
    package struct TrustedIdentity: Hashable, Sendable {
        package var issuer: String
        package var audience: String?
        package var subject: String?

        package init(issuer: String, audience: String?, subject: String?) {
            self.issuer = issuer
            self.audience = audience
            self.subject = subject
        }
    }

    package var credentials: [String: Credential] = [:]
    package var roles: [String: Role] = [:]
    /// How far a request's time may be from this clock. Source: IAM User Guide, "Signing elements": five minutes.
    package var clockSkew: Duration = .seconds(300)
    var random: SplitMix64

    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    package mutating func add(_ credential: Credential) { credentials[credential.accessKeyID] = credential }

    /// Temporary credentials of a role.
    mutating func session(_ role: Role, name: String, lifetime: Duration, now: Timestamp) -> Credential {
        credentials = credentials.filter { $0.value.expiresAt.map { $0 + .seconds(3600) > now } ?? true }
        let roleID = "AROA" + random.alphanumeric(16)
        let credential = Credential(
            accessKeyID: "ASIA" + random.alphanumeric(16), secret: Secret(random.hex(40)),
            sessionToken: Secret("FwoGZXIvYXdzE" + random.hex(160)), expiresAt: now + lifetime, account: role.account,
            arn: "arn:aws:sts::\(role.account):assumed-role/\(role.name)/\(name)", userID: "\(roleID):\(name)", denied: role.denied)
        add(credential)
        return credential
    }
}

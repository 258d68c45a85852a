package import Cryptography
package import Model

/// Google's side of identity: service accounts, their keys, and the tokens given out.
package struct GoogleWorld: Sendable {
    package struct ServiceAccount: Hashable, Sendable {
        package var email: String
        /// The numeric id that identity tokens carry as `sub` and `azp`.
        package var uniqueID: String

        package init(email: String, uniqueID: String) {
            self.email = email
            self.uniqueID = uniqueID
        }
    }

    /// A private key of a service account, as its key file has it.
    package struct Key: Sendable {
        package var id: String
        package var account: String
        package var privateKey: RSAPrivateKey

        package init(id: String, account: String, privateKey: RSAPrivateKey) {
            self.id = id
            self.account = account
            self.privateKey = privateKey
        }
    }

    struct Token: Hashable, Sendable {
        var account: String
        var expiresAt: Timestamp
    }

    /// The machine that the metadata server speaks for.
    package struct Machine: Hashable, Sendable {
        package var project: String
        package var projectNumber: UInt64
        package var zone: String
        package var name: String
        package var id: UInt64
        package var clusterName: String
        package var clusterLocation: String

        package init(
            project: String, projectNumber: UInt64, zone: String, name: String, id: UInt64, clusterName: String, clusterLocation: String
        ) {
            self.project = project
            self.projectNumber = projectNumber
            self.zone = zone
            self.name = name
            self.id = id
            self.clusterName = clusterName
            self.clusterLocation = clusterLocation
        }
    }

    /// A provider of a workload identity pool. It trusts Google's own ID tokens, the one issuer whose keys are known here.
    package struct IdentityProvider: Hashable, Sendable {
        /// `//iam.googleapis.com/projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`.
        package var name: String
        package var allowedAudiences: [String]
        /// The attribute condition: `nil` lets every subject in.
        package var subjects: Set<String>?

        package init(name: String, allowedAudiences: [String], subjects: Set<String>?) {
            self.name = name
            self.allowedAudiences = allowedAudiences
            self.subjects = subjects
        }
    }

    package var machine: Machine
    /// The account `default` of the metadata server.
    package var account: ServiceAccount
    package var keys: [Key] = []
    /// Refresh tokens and whose they are.
    package var refreshTokens: [Secret: String] = [:]
    package var identityProviders: [IdentityProvider] = []
    /// Who may impersonate a service account: its e-mail address, and theirs, or `principal://…`.
    package var tokenCreators: [String: Set<String>] = [:]
    /// Signs identity tokens; without one they are refused.
    package var identityKey: RSAPrivateKey?
    /// Of an access token. Google gives an hour.
    package var tokenLifetime: Duration = .seconds(3600)
    /// How much earlier than its end the metadata server replaces a token that it hands out again.
    package var tokenReuseMargin: Duration = .seconds(300)
    var tokens: [Secret: Token] = [:]
    var metadataToken: Secret?
    var random: SplitMix64

    static let tokenLimit = 10_000

    package init(machine: Machine, account: ServiceAccount, seed: UInt64) {
        self.machine = machine
        self.account = account
        random = SplitMix64(seed: seed)
    }

    /// Whose access token it is; `nil` when unknown or expired.
    package func holder(of token: String, now: Timestamp) -> String? {
        guard let found = tokens[Secret(token)], found.expiresAt > now else { return nil }
        return found.account
    }

    /// A new access token.
    package mutating func issueToken(for account: String, lifetime: Duration, now: Timestamp) -> Secret {
        if tokens.count >= Self.tokenLimit { tokens = tokens.filter { $0.value.expiresAt > now } }
        let secret = Secret("ya29.c." + random.hex(64))
        tokens[secret] = Token(account: account, expiresAt: now + lifetime)
        return secret
    }

    /// The metadata server's token: the same one until shortly before its end.
    mutating func machineToken(now: Timestamp) -> (token: Secret, expiresIn: Duration) {
        if let token = metadataToken, let known = tokens[token], known.expiresAt - now > min(tokenReuseMargin, tokenLifetime / 2) {
            return (token, known.expiresAt - now)
        }
        let token = issueToken(for: account.email, lifetime: tokenLifetime, now: now)
        metadataToken = token
        return (token, tokenLifetime)
    }

    /// Every access token given out stops working at once.
    package mutating func revokeTokens() { tokens = [:] }

    /// An identity token as the metadata server signs it. Source:
    /// cloud.google.com/compute/docs/instances/verifying-instance-identity.
    func identityToken(audience: String, isFull: Bool, now: Timestamp) -> String? {
        let seconds = now.millisecondsSinceEpoch / 1000
        var claims: JSONValue = [
            "aud": .string(audience), "azp": .string(account.uniqueID), "sub": .string(account.uniqueID),
            "iss": "https://accounts.google.com", "iat": .integer(seconds), "exp": .integer(seconds + 3600),
        ]
        if isFull {
            claims["email"] = .string(account.email)
            claims["email_verified"] = true
            claims["google"] = [
                "compute_engine": [
                    "instance_id": .string(String(machine.id)), "instance_name": .string(machine.name),
                    "project_id": .string(machine.project), "project_number": .integer(Int64(machine.projectNumber)),
                    "zone": .string(machine.zone),
                ]
            ]
        }
        return identityKey.flatMap { JSONWebToken.signed(claims, keyID: "sandbox", key: $0) }
    }
}

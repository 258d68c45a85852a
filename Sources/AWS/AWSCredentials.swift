package import Model

/// Keys that sign requests to AWS.
package struct AWSCredentials: Hashable, Sendable {
    package var accessKeyID: String
    package var secretAccessKey: Secret
    /// Comes with temporary keys only.
    package var sessionToken: Secret?
    /// When they end, by this machine's clock (a skew to the server's clock is already taken off); `nil` for keys that have no
    /// end.
    package var expiration: Timestamp?
    /// Where they came from, for people: `environment`, `web identity role arn:…`.
    package var source: String
    /// The members of the chain that gave them, by name: the first, and those that it took its own keys from. Empty where there is
    /// no chain.
    package var members: [String] = []

    package init(
        accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret?, expiration: Timestamp?, source: String
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }
}

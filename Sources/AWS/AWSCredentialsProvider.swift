package import Model

/// What gives the keys for the next request. Asked anew for every request; whoever is slow to ask caches (`CachedCredentials`).
package protocol AWSCredentialsProvider: Sendable {
    /// - Throws: an error that says what was tried and what to do.
    func credentials() async throws(APIError) -> AWSCredentials

    /// AWS refused these as expired: they are not to be given again.
    func discard(_ credentials: AWSCredentials)
}

extension AWSCredentialsProvider {
    package func discard(_ credentials: AWSCredentials) {}
}

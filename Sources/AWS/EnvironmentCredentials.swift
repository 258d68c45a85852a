package import Model

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SECURITY_TOKEN` or `AWS_SESSION_TOKEN`, until `AWS_CREDENTIAL_EXPIRATION`
/// if that is set.
///
/// Source: botocore 1.43, credentials.py, EnvProvider.
package struct EnvironmentCredentials: CredentialsSource {
    package let name = "environment (AWS_ACCESS_KEY_ID)"
    private let environment: AWSEnvironment
    private let clock: CredentialsClock

    package init(environment: AWSEnvironment, clock: CredentialsClock) {
        self.environment = environment
        self.clock = clock
    }

    package func load() throws(APIError) -> AWSCredentials? {
        guard let key = environment["AWS_ACCESS_KEY_ID"] else { return nil }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw failure("partial-credentials", "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both or neither")
        }
        var expiration: Timestamp?
        if let text = environment["AWS_CREDENTIAL_EXPIRATION"] {
            guard let end = Timestamp(rfc3339: text) else {
                throw failure("expiration", "AWS_CREDENTIAL_EXPIRATION is not a time such as 2026-03-01T12:00:00Z: correct or unset it")
            }
            guard let local = clock.remaining(until: end) else {
                throw failure(
                    "expired-credentials", "the keys ended at \(end.rfc3339) (AWS_CREDENTIAL_EXPIRATION): set new ones",
                    disposition: .denied)
            }
            expiration = local
        }
        let token = environment["AWS_SECURITY_TOKEN"] ?? environment["AWS_SESSION_TOKEN"]
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }, expiration: expiration,
            source: "environment")
    }
}

package import Model

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialsSource {
    package let name = "environment (AWS_ACCESS_KEY_ID)"
    private let environment: AWSEnvironment

    package init(environment: AWSEnvironment) { self.environment = environment }

    package func load() throws(APIError) -> AWSCredentials? {
        guard let key = environment["AWS_ACCESS_KEY_ID"] else { return nil }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw failure("partial-credentials", "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both or neither")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: environment["AWS_SESSION_TOKEN"].map { Secret($0) },
            expiration: nil, source: "environment")
    }
}

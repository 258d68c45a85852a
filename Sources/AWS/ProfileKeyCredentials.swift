package import Model

/// A profile with `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token`.
package struct ProfileKeyCredentials: CredentialsSource {
    package let name: String
    private let environment: AWSEnvironment

    package init(environment: AWSEnvironment) {
        self.environment = environment
        name = "keys of profile '\(environment.profile)'"
    }

    package func load() throws(APIError) -> AWSCredentials? {
        guard let profile = try SharedProfiles(environment: environment)[environment.profile] else { return nil }
        return try Self.keys(of: profile, named: environment.profile)
    }

    static func keys(of profile: [String: String], named name: String) throws(APIError) -> AWSCredentials? {
        guard let key = profile["aws_access_key_id"] else { return nil }
        guard let secret = profile["aws_secret_access_key"] else {
            throw APIError(
                api: .credentials, operation: "AWS credentials", resource: "profile '\(name)'", code: "partial-credentials",
                message: "it has aws_access_key_id and no aws_secret_access_key: add it", disposition: .permanent)
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: profile["aws_session_token"].map { Secret($0) },
            expiration: nil, source: "profile '\(name)'")
    }
}

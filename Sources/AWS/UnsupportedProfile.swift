package import Model

/// A profile that says how to get credentials, in a way that is not read: an error, lest the chain go on to somebody else's
/// credentials.
package struct UnsupportedProfile: CredentialsSource {
    package let name: String
    private let environment: AWSEnvironment

    package init(environment: AWSEnvironment) {
        self.environment = environment
        name = "profile '\(environment.profile)'"
    }

    package func load() throws(APIError) -> AWSCredentials? {
        guard let profile = try SharedProfiles(environment: environment)[environment.profile] else { return nil }
        for key in ["credential_process", "sso_session", "sso_start_url", "login_session"] where profile[key] != nil {
            throw failure(
                "unsupported-profile",
                "it has \(key), which is not supported: use keys, role_arn with source_profile, or let "
                    + "`aws configure export-credentials --format env` set the environment")
        }
        return nil
    }
}

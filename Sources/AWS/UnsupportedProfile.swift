package import Model

/// A profile that says how to get credentials, in a way that is not read: an error, lest the chain go on to somebody else's
/// credentials.
///
/// Source: botocore 1.43, credentials.py, SSOProvider and LoginProvider, for which keys ask for them and where they stand in the
/// chain. Both need a person at a browser.
package struct UnsupportedProfile: CredentialsSource {
    package enum Kind: Sendable {
        case sso, login

        fileprivate var keys: [String] { self == .sso ? ["sso_role_name", "sso_account_id"] : ["login_session"] }
    }

    package let name: String
    private let keys: [String: String]
    private let kind: Kind

    package init(profile: String, of profiles: SharedProfiles, _ kind: Kind) {
        name = "profile '\(profile)'"
        keys = profiles[profile] ?? [:]
        self.kind = kind
    }

    package func load() throws(APIError) -> AWSCredentials? {
        for key in kind.keys where keys[key] != nil {
            throw failure(
                "unsupported-profile",
                "it has \(key), which is not supported: use keys, role_arn with source_profile, or let "
                    + "`aws configure export-credentials --format env` set the environment")
        }
        return nil
    }
}

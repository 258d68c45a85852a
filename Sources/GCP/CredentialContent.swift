/// The fields of Google's credential files, of all types together. Which of them a file must have, its type says.
///
/// Source: google-auth-library-python, `_default.py` and the `from_info` methods of each type; AIP-4112, AIP-4117.
struct CredentialContent: Decodable, Sendable {
    var type: String?
    var universeDomain: String?
    var quotaProjectId: String?

    // service_account
    var clientEmail: String?
    var privateKey: String?
    var privateKeyId: String?
    var tokenUri: String?

    // authorized_user and external_account_authorized_user; of external_account the client's own credentials
    var clientId: String?
    var clientSecret: String?
    var refreshToken: String?
    var tokenUrl: String?

    // impersonated_service_account; external_account may have the first too
    var serviceAccountImpersonationUrl: String?
    var delegates: [String]?
    var sourceCredentials: Source?

    // external_account
    var audience: String?
    var subjectTokenType: String?
    var credentialSource: CredentialSource?
    var serviceAccountImpersonation: ImpersonationOptions?
    var workforcePoolUserProject: String?

    struct ImpersonationOptions: Decodable, Sendable {
        var tokenLifetimeSeconds: Int?
    }

    /// Credentials within a file. What they hold in turn is not read: two levels are all that there are.
    struct Source: Decodable, Sendable {
        /// One or none.
        let content: [CredentialContent]

        init(from decoder: any Decoder) throws {
            content = decoder.codingPath.count > 1 ? [] : [try CredentialContent(from: decoder)]
        }
    }
}

/// Where an external account's own token comes from.
struct CredentialSource: Decodable, Sendable {
    struct Format: Decodable, Sendable {
        var type: String?
        var subjectTokenFieldName: String?
    }

    /// Only that it is there.
    struct Presence: Decodable, Sendable {
        init(from decoder: any Decoder) throws {}
    }

    var file: String?
    var url: String?
    var headers: [String: String]?
    var format: Format?
    var executable: Presence?
    var environmentId: String?
    var certificate: Presence?
}

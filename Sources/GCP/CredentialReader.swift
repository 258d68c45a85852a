import Cryptography
import HTTP
import Model

/// From the fields of a credential file to the way in which it gets a token, or what is wrong with them.
///
/// Every error names the file and the field, and none repeats what stands in a field of secrets.
struct CredentialReader: Sendable {
    let file: CredentialFile
    /// Where the fields stand in the file: nothing, or `source_credentials.`.
    let field: String

    private static let tokenURL = "https://oauth2.googleapis.com/token"
    private static let googleUniverse = "googleapis.com"
    private static let policy = Retry.Policy(attempts: 5, base: .milliseconds(250), cap: .seconds(4), total: .seconds(30))
    /// Source: AIP-4117; golang.org/x/oauth2, `google/externalaccount`.
    private static let lifetimeSeconds = 600...43_200

    func grant(_ content: CredentialContent) throws(APIError) -> any TokenGrant {
        if let universe = content.universeDomain, !universe.isEmpty, universe != Self.googleUniverse {
            throw refuse(
                "unsupported-universe", "its universe_domain is '\(universe.prefix(100))'; only \(Self.googleUniverse) is supported")
        }
        switch content.type {
        case "service_account"?: return try serviceAccount(content)
        case "authorized_user"?: return try authorizedUser(content)
        case "impersonated_service_account"? where field.isEmpty: return try impersonatedServiceAccount(content)
        case "impersonated_service_account"?:
            throw refuse(
                "unsupported-type", "an impersonated account can't impersonate another here; list the accounts between in delegates")
        case "external_account"?: return try externalAccount(content)
        case "external_account_authorized_user"?: return try externalUser(content)
        case let type?:
            throw refuse(
                "unsupported-type",
                "its \(field)type is '\(type.prefix(60))'; service_account, authorized_user, impersonated_service_account, external_account "
                    + "and external_account_authorized_user are supported. On GKE name no file and use Workload Identity")
        case nil: throw refuse("malformed-file", "it has no \(field)type")
        }
    }

    private func serviceAccount(_ content: CredentialContent) throws(APIError) -> ServiceAccountKey {
        let email = try require(content.clientEmail, "client_email")
        var pem = Array(try require(content.privateKey, "private_key").utf8)
        let key: RSAPrivateKey
        do {
            key = try RSAPrivateKey(consumingPEM: &pem)
        } catch {
            throw refuse("malformed-file", "its \(field)private_key can't be used: \(error)")
        }
        let url = try endpoint(content.tokenUri ?? Self.tokenURL, "token_uri")
        return ServiceAccountKey(
            email: email, keyID: content.privateKeyId, key: key, tokenURL: url, exchange: exchange("oauth2 token", url))
    }

    private func authorizedUser(_ content: CredentialContent) throws(APIError) -> AuthorizedUser {
        let url = try endpoint(content.tokenUri ?? Self.tokenURL, "token_uri")
        return try user(content, url, .inForm, "oauth2 token")
    }

    private func externalUser(_ content: CredentialContent) throws(APIError) -> AuthorizedUser {
        let url = try endpoint(try require(content.tokenUrl, "token_url"), "token_url")
        return try user(content, url, .inHeader, "sts oauthtoken")
    }

    private func user(
        _ content: CredentialContent, _ url: CredentialURL, _ authentication: AuthorizedUser.ClientAuthentication, _ operation: String
    ) throws(APIError) -> AuthorizedUser {
        AuthorizedUser(
            clientID: try require(content.clientId, "client_id"),
            clientSecret: Secret(try require(content.clientSecret, "client_secret")),
            refreshToken: Secret(try require(content.refreshToken, "refresh_token")), tokenURL: url, authentication: authentication,
            exchange: exchange(operation, url))
    }

    private func impersonatedServiceAccount(_ content: CredentialContent) throws(APIError) -> Impersonation {
        guard let source = content.sourceCredentials?.content.first else { throw refuse("malformed-file", "it has no source_credentials") }
        let reader = CredentialReader(file: file, field: "source_credentials.")
        return try impersonation(
            try require(content.serviceAccountImpersonationUrl, "service_account_impersonation_url"), content.delegates ?? [],
            Impersonation.standardLifetimeSeconds, source: try reader.grant(source))
    }

    private func impersonation(
        _ text: String, _ delegates: [String], _ lifetimeSeconds: Int, source: any TokenGrant
    ) throws(APIError) -> Impersonation {
        let name = "service_account_impersonation_url"
        let url = try endpoint(text, name)
        guard let email = Impersonation.email(in: url) else {
            throw refuse("malformed-file", "its \(field)\(name) does not end in /serviceAccounts/EMAIL:generateAccessToken")
        }
        guard delegates.count <= Impersonation.delegateLimit, delegates.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 500 }) else {
            throw refuse("malformed-file", "its \(field)delegates are not at most \(Impersonation.delegateLimit) service accounts")
        }
        return Impersonation(
            email: email, url: url, delegates: delegates, lifetimeSeconds: lifetimeSeconds, source: source,
            exchange: exchange("generateAccessToken", url))
    }

    private func externalAccount(_ content: CredentialContent) throws(APIError) -> any TokenGrant {
        let url = try endpoint(try require(content.tokenUrl, "token_url"), "token_url")
        let audience = try require(content.audience, "audience")
        // The sources that are not supported are told apart first: their files lack what the others need.
        guard let source = content.credentialSource else { throw refuse("malformed-file", "it has no \(field)credential_source") }
        let subject = try subjectToken(source)
        let project = content.workforcePoolUserProject
        guard project == nil || Self.isWorkforcePool(audience) else {
            throw refuse("malformed-file", "\(field)workforce_pool_user_project is for workforce pools; its audience is none")
        }
        let account = ExternalAccount(
            audience: audience, subjectTokenType: try require(content.subjectTokenType, "subject_token_type"), tokenURL: url,
            subject: subject,
            authorization: content.clientId.map { AuthorizedUser.basic($0, Secret(content.clientSecret ?? "")) },
            clientSecret: content.clientSecret.map { Secret($0) }, userProject: project, exchange: exchange("sts token", url))
        guard let impersonated = content.serviceAccountImpersonationUrl else { return account }
        let lifetime = content.serviceAccountImpersonation?.tokenLifetimeSeconds ?? Impersonation.standardLifetimeSeconds
        guard Self.lifetimeSeconds.contains(lifetime) else {
            throw refuse("malformed-file", "its \(field)token_lifetime_seconds is not 600 to 43200")
        }
        return try impersonation(impersonated, [], lifetime, source: account)
    }

    private func subjectToken(_ source: CredentialSource) throws(APIError) -> any SubjectTokenSource {
        let name = "\(field)credential_source"
        if source.environmentId != nil {
            throw refuse(
                "unsupported-source",
                "its \(name) is AWS: a token for that is not made here. Run in GKE with Workload Identity, or use a credential_source of "
                    + "file or url")
        }
        if source.executable != nil {
            throw refuse(
                "unsupported-source",
                "its \(name) is an executable, and none is run, whatever GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES says. Have it write the "
                    + "token to a file, and use a credential_source of file")
        }
        if source.certificate != nil {
            throw refuse("unsupported-source", "its \(name) is a certificate, which is not supported; use one of file or url")
        }
        let format = try format(source.format)
        switch (source.file, source.url) {
        case (let path?, nil):
            guard !path.isEmpty, !path.utf8.contains(0) else { throw refuse("malformed-file", "its \(name).file is not a path") }
            return SubjectTokenFile(path: path, format: format, owner: file.description)
        case (nil, let text?):
            guard let url = CredentialURL(text, for: .subjectToken) else {
                throw refuse(
                    "malformed-file", "its \(name).url is not an https URL, or http of this machine or link, without a user")
            }
            guard let headers = SubjectTokenServer.headers(source.headers ?? [:]) else {
                throw refuse("malformed-file", "its \(name).headers can't be sent")
            }
            return SubjectTokenServer(url: url, headers: headers, format: format, exchange: exchange("subject token", url))
        case (nil, nil): throw refuse("malformed-file", "its \(name) names neither file nor url")
        default: throw refuse("malformed-file", "its \(name) names both file and url")
        }
    }

    private func format(_ format: CredentialSource.Format?) throws(APIError) -> SubjectTokenFormat {
        switch format?.type ?? "text" {
        case "text", "": return .text
        case "json":
            guard let name = format?.subjectTokenFieldName, !name.isEmpty else {
                throw refuse("malformed-file", "its \(field)credential_source.format has no subject_token_field_name")
            }
            return .json(field: name)
        default: throw refuse("malformed-file", "its \(field)credential_source.format is neither text nor json")
        }
    }

    /// Source: AIP-4117, `workforce_pool_user_project`.
    private static func isWorkforcePool(_ audience: String) -> Bool {
        let parts = audience.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 6 && parts[..<4] == ["", "", "iam.googleapis.com", "locations"] && !parts[4].isEmpty
            && parts[5] == "workforcePools"
    }

    private func exchange(_ operation: String, _ url: CredentialURL) -> TokenExchange {
        TokenExchange(
            operation: operation, resource: "\(url.shown) with \(file.description)",
            transport: url.isLocal ? file.direct : file.transport, runtime: file.runtime, policy: Self.policy,
            unreachable: url.isLocal ? "see whether it runs" : "check the network and HTTPS_PROXY")
    }

    private func endpoint(_ text: String, _ name: String) throws(APIError) -> CredentialURL {
        guard let url = CredentialURL(text, for: .endpoint) else {
            throw refuse("malformed-file", "its \(field)\(name) is not an https URL without a user (http is for this machine only)")
        }
        return url
    }

    private func require(_ value: String?, _ name: String) throws(APIError) -> String {
        guard let value, !value.isEmpty else { throw refuse("malformed-file", "it has no \(field)\(name)") }
        return value
    }

    private func refuse(_ code: String, _ message: String) -> APIError { file.error(code, message) }
}

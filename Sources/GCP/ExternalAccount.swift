import FoundationEssentials
import HTTP
import Model

/// A token for an identity from elsewhere: what another provider says of it is exchanged at Google's Security Token Service.
///
/// Source: Google Cloud documentation, Security Token Service API, `v1.token`; RFC 8693, section 2.1; AIP-4117.
struct ExternalAccount: TokenGrant {
    private static let grantType = "urn:ietf:params:oauth:grant-type:token-exchange"
    private static let accessToken = "urn:ietf:params:oauth:token-type:access_token"

    let audience: String
    let subjectTokenType: String
    let tokenURL: CredentialURL
    let subject: any SubjectTokenSource
    /// `Authorization` of a client that the pool knows; rarely there.
    let authorization: Secret?
    /// What `authorization` was made of: a server may repeat it by itself.
    let clientSecret: Secret?
    /// The project that a workforce pool's user is counted to. With a client, whose project is known, it is not sent.
    let userProject: String?
    let exchange: TokenExchange

    private struct Options: Encodable {
        var userProject: String
    }

    func fetch() async throws(APIError) -> AccessToken {
        let token = try await subject.token()
        var form = [
            ("grant_type", Self.grantType), ("audience", audience), ("scope", ServiceAccountKey.scope),
            ("requested_token_type", Self.accessToken), ("subject_token", token.exposed), ("subject_token_type", subjectTokenType),
        ]
        if let userProject, authorization == nil, let options = try? JSONEncoder().encode(Options(userProject: userProject)) {
            form.append(("options", String(decoding: options, as: UTF8.self)))
        }
        let request = TokenExchange.Request.form(
            tokenURL, form, authorization: authorization, secrets: [token] + [clientSecret].compactMap(\.self))
        return try await exchange.fetch {
            request
        } explain: { _, body in
            refusal(body)
        }
    }

    /// Source for the codes: Google Cloud documentation, "Troubleshoot Workload Identity Federation"; google-github-actions/auth issue 211
    /// (audience), terraform-example-foundation issue 1362 (attribute condition).
    private func refusal(_ body: ErrorBody) -> (APIError.Disposition, String)? {
        let words = body.message.lowercased()
        let advice: String
        switch body.code {
        case "invalid_grant"? where words.contains("expired") || words.contains("stale"):
            advice = "it has expired: see whether what writes it still runs, and this machine's clock"
        case "invalid_grant"? where words.contains("issuer"):
            advice = "see whether the provider's issuer is the token's, and its OIDC documents can be read from the internet"
        case "invalid_grant"?: advice = "check the provider's issuer, keys and allowed audiences against the token"
        case "unauthorized_client"?: advice = "the provider's attribute condition does not hold for it"
        case "invalid_request"?, "invalid_target"?:
            advice = "check the file's audience (\(audience.prefix(300))), the full name of a provider that exists, and subject_token_type"
        case "invalid_client"?: advice = "the file's client_id and client_secret are not known"
        default: return nil
        }
        return (.denied, "Google's Security Token Service refuses the token of \(subject.place): \(advice). Google says: \(body.message)")
    }
}

import HTTP
import Model

/// A token for a person's own credentials, as `gcloud auth application-default login` leaves them: by their refresh token.
///
/// Source: RFC 6749, section 6.
struct AuthorizedUser: TokenGrant {
    let clientID: String
    let clientSecret: Secret
    let refreshToken: Secret
    let tokenURI: String
    let exchange: TokenExchange

    func fetch() async throws(APIError) -> AccessToken {
        let form = URLEncoding.pairs([
            ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret.exposed),
            ("refresh_token", refreshToken.exposed),
        ])
        return try await exchange.fetch {
            TokenExchange.Request(
                http: HTTPRequest(
                    "POST", tokenURI, headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
                    body: Array(form.utf8), limits: TokenExchange.limits),
                secrets: [clientSecret, refreshToken])
        } check: { _ in
            nil
        } explain: { _, body in
            guard body.code == "invalid_grant" else { return nil }
            return (.denied, "the sign-in has ended; run `gcloud auth application-default login` again. Google says: \(body.message)")
        }
    }
}

import Cryptography
import HTTP
import Model

/// A token for a person's own credentials, by their refresh token: as `gcloud auth application-default login` leaves them, or, for somebody
/// of a workforce pool, `gcloud auth application-default login --login-config`.
///
/// A new refresh token that an answer may bring is not kept: the file is gcloud's, and is read anew for each token.
/// Source: RFC 6749, sections 2.3.1 and 6; google-auth-library-python, `external_account_authorized_user.py`.
struct AuthorizedUser: TokenGrant {
    /// How the client says who it is.
    enum ClientAuthentication: Sendable {
        case inForm, inHeader
    }

    let clientID: String
    let clientSecret: Secret
    let refreshToken: Secret
    let tokenURL: CredentialURL
    let authentication: ClientAuthentication
    let exchange: TokenExchange

    func fetch() async throws(APIError) -> AccessToken {
        try await exchange.fetch {
            request
        } explain: { _, body in
            switch body.code {
            case "invalid_grant"?:
                (.denied, "the sign-in has ended; run `gcloud auth application-default login` again. Google says: \(body.message)")
            case "invalid_client"?, "unauthorized_client"?:
                (
                    .denied,
                    "the file's client_id and client_secret are refused; run `gcloud auth application-default login` again. Google says: "
                        + body.message
                )
            default: nil
            }
        }
    }

    private var request: TokenExchange.Request {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", refreshToken.exposed)]
        switch authentication {
        case .inForm:
            return .form(
                tokenURL, grant + [("client_id", clientID), ("client_secret", clientSecret.exposed)],
                secrets: [clientSecret, refreshToken])
        case .inHeader:
            return .form(
                tokenURL, grant, authorization: Self.basic(clientID, clientSecret), secrets: [clientSecret, refreshToken])
        }
    }

    /// `Authorization` of a client. Source: RFC 7617, section 2.
    static func basic(_ id: String, _ secret: Secret) -> Secret {
        var pair = Array("\(id):\(secret.exposed)".utf8)
        defer { SecretBytes.wipe(&pair) }
        return Secret("Basic " + Base64.encode(pair))
    }
}

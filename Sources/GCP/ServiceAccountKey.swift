import Cryptography
import FoundationEssentials
import HTTP
import Model

/// A token for a service account's key, by a JWT that the key signs (RS256).
///
/// The key is OpenSSL's alone, which erases it when it is no longer used. The assertion, good for an hour at the token endpoint, is a
/// `String` on its way into the request: that is not ours to wipe.
/// Source: Google Identity, "Using OAuth 2.0 for Server to Server Applications"; RFC 7523, section 2.1.
struct ServiceAccountKey: TokenGrant {
    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    /// Wherever the endpoint is: a private one answers for Google's own. Source: Google Identity, the same ("this value is always …");
    /// google-auth-library-python, `service_account.py`.
    private static let audience = "https://oauth2.googleapis.com/token"
    /// The longest that Google accepts.
    private static let lifetimeSeconds: Int64 = 3600

    let email: String
    let keyID: String?
    let key: RSAPrivateKey
    let tokenURL: CredentialURL
    let exchange: TokenExchange

    private struct Header: Encodable {
        var alg = "RS256"
        var typ = "JWT"
        var kid: String?
    }

    private struct Claims: Encodable {
        var iss: String
        var scope: String
        var aud: String
        var iat: Int64
        var exp: Int64
    }

    func fetch() async throws(APIError) -> AccessToken {
        try await exchange.fetch { () throws(APIError) in
            let assertion = try assertion(at: exchange.runtime.now().wall)
            return .form(tokenURL, [("grant_type", Self.grantType), ("assertion", assertion)], secrets: [Secret(assertion)])
        } explain: { _, body in
            refusal(body)
        }
    }

    /// Source for the words: googleapis/google-api-php-client issue 1501 (date), google-github-actions/setup-gcloud issue 76 (a key that was
    /// rotated), googleapis/google-cloud-php issue 3622 (a disabled or deleted account).
    private func refusal(_ body: ErrorBody) -> (APIError.Disposition, String)? {
        guard body.code == "invalid_grant" else { return nil }
        let words = body.message.lowercased()
        let advice =
            if words.contains("iat") {
                "the signed request was refused for its date; check this machine's clock"
            } else if words.contains("signature") {
                "the key\(keyID.map { " \($0.prefix(60))" } ?? "") is not, or no longer, one of \(email): make a new one, or do without a key by "
                    + "Workload Identity"
            } else if words.contains("account") {
                "there is no service account \(email), or it is disabled"
            } else {
                "the signed request of \(email) was refused; check that its key is still valid, and this machine's clock"
            }
        return (.denied, "\(advice). Google says: \(body.message)")
    }

    /// The signed JWT.
    func assertion(at wall: Timestamp) throws(APIError) -> String {
        let seconds = wall.millisecondsSinceEpoch / 1000
        let claims = Claims(iss: email, scope: Self.scope, aud: Self.audience, iat: seconds, exp: seconds + Self.lifetimeSeconds)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let header = Base64.encodeURL([UInt8](try encoder.encode(Header(kid: keyID))))
            let signed = header + "." + Base64.encodeURL([UInt8](try encoder.encode(claims)))
            return signed + "." + Base64.encodeURL(try key.signRS256(Array(signed.utf8)))
        } catch {
            throw exchange.error("signing-failed", "the request for a token could not be signed: \(error)", .permanent)
        }
    }
}

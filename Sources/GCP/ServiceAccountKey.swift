import Cryptography
import FoundationEssentials
import HTTP
import Model

/// A token for a service account's key, by a JWT that the key signs (RS256).
///
/// Source: Google Identity, "Using OAuth 2.0 for Server to Server Applications"; RFC 7523, section 2.1.
struct ServiceAccountKey: TokenGrant {
    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    /// The longest that Google accepts.
    private static let lifetimeSeconds: Int64 = 3600

    let email: String
    let keyID: String?
    let key: RSAPrivateKey
    let tokenURI: String
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
            let form = URLEncoding.pairs([("grant_type", Self.grantType), ("assertion", assertion)])
            return TokenExchange.Request(
                http: HTTPRequest(
                    "POST", tokenURI, headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
                    body: Array(form.utf8), limits: TokenExchange.limits),
                secrets: [Secret(assertion)])
        } check: { _ in
            nil
        } explain: { _, body in
            guard body.code == "invalid_grant", body.message.contains("iat") else { return nil }
            return (.denied, "the signed request was refused for its date; check this machine's clock. Google says: \(body.message)")
        }
    }

    /// The signed JWT.
    func assertion(at wall: Timestamp) throws(APIError) -> String {
        let seconds = wall.millisecondsSinceEpoch / 1000
        let claims = Claims(iss: email, scope: Self.scope, aud: tokenURI, iat: seconds, exp: seconds + Self.lifetimeSeconds)
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

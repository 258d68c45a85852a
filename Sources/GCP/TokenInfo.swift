import FoundationEssentials
import HTTP
import Model

/// Asks the issuer of an access token whose it is. The token goes in a header, to the origin of the token endpoint that gave it, or to
/// Google's own over HTTPS; nowhere else.
///
/// Source: google-auth-library-nodejs, `OAuth2Client.getTokenInfo` (a POST with the token as bearer, to
/// `https://oauth2.googleapis.com/tokeninfo`); Google OAuth2 API v2, `Tokeninfo`.
struct TokenInfo: Sendable {
    struct Answer: Hashable, Sendable {
        /// Where a scope for it was granted.
        var email: String?
        var scopes: [String]
    }

    static let standard = "https://oauth2.googleapis.com/tokeninfo"

    let url: String
    private let exchange: TokenExchange

    /// - Parameter tokenURI: of the credential file; `nil` for one that has none.
    init(tokenURI: String?, transport: any HTTPTransport, runtime: Runtime) {
        url = Self.url(beside: tokenURI)
        exchange = TokenExchange(
            operation: "tokeninfo", resource: url, transport: transport, runtime: runtime,
            policy: Retry.Policy(attempts: 2, base: .milliseconds(250), cap: .seconds(2), total: .seconds(10)))
    }

    /// `…/tokeninfo` where the file's endpoint is `…/token`: who gave the token knows it. Else Google's.
    static func url(beside tokenURI: String?) -> String {
        guard let tokenURI, tokenURI.hasSuffix("/token"), !tokenURI.contains("?"), !tokenURI.contains("#") else { return standard }
        return tokenURI + "info"
    }

    func ask(_ token: Secret) async throws(APIError) -> Answer {
        try await exchange.fetch("description of a token") {
            TokenExchange.Request(
                http: HTTPRequest(
                    "POST", url,
                    headers: [
                        "Authorization": "Bearer \(token.exposed)", "Content-Type": "application/x-www-form-urlencoded",
                        "Accept": "application/json",
                    ], body: [], limits: TokenExchange.limits), secrets: [token])
        } check: { _ in
            nil
        } explain: { _, _ in
            nil
        } read: { response in
            guard let answer = try? JSONDecoder().decode(Wire.self, from: Data(response.body)) else { return nil }
            return Answer(email: answer.email, scopes: answer.scope.split(separator: " ").map(String.init))
        }
    }

    private struct Wire: Decodable {
        var scope: String
        var email: String?
    }
}

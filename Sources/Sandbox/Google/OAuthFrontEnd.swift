import Cryptography
package import Model

/// Google's token endpoints, on one port where Google has a host for each: OAuth 2.0 (service-account assertions, refresh tokens, tokeninfo),
/// the Security Token Service, and the IAM Service Account Credentials API.
///
/// Source: developers.google.com/identity/protocols/oauth2/service-account; RFC 7523; RFC 6749, 5.2 and 6.
package struct OAuthFrontEnd: FrontEnd {
    package let api = SandboxAPI.oauth

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        if let account = AccessTokenGeneration.account(in: request) { return WireCall(operation: "generateAccessToken", resource: account) }
        if request.segments.last == "tokeninfo" { return WireCall(operation: "tokeninfo", resource: request.path) }
        let grant = WireParameters(query: String(decoding: request.body, as: UTF8.self))["grant_type"] ?? "unknown"
        let name = ["jwt-bearer", "token-exchange"].first { grant.hasSuffix(":\($0)") }
        return WireCall(operation: name ?? grant, resource: request.path)
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        Self.refusal(status, code, message)
    }

    static func refusal(_ status: Int, _ code: String, _ message: String) -> WireResponse {
        .json(["error": .string(code), "error_description": .string(message)], status: status, errorCode: code)
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        if call.operation == "generateAccessToken" {
            return .answer(AccessTokenGeneration.answer(request, for: call.resource, google: &world.google, now: now))
        }
        if call.operation == "tokeninfo" { return .answer(Self.tokenInfo(request, google: world.google, now: now)) }
        guard request.method == "POST", ["token", "oauthtoken"].contains(request.segments.last) else {
            return .answer(Self.refusal(404, "not_found", "Not Found"))
        }
        let form = WireParameters(query: String(decoding: request.body, as: UTF8.self))
        do throws(Refusal) {
            switch (request.segments, call.operation) {
            case (["v1", "token"], "token-exchange"):
                return .answer(try SecurityTokenExchange.answer(form, google: &world.google, now: now))
            case (["v1", "token"], _):
                throw Refusal(code: "unsupported_grant_type", message: "Invalid grant_type: \(call.operation)")
            case (_, "jwt-bearer"): return .answer(try Self.assertion(form, google: &world.google, now: now))
            case (_, "refresh_token"):
                guard let token = form["refresh_token"], let account = world.google.refreshTokens[Secret(token)] else {
                    throw Refusal(code: "invalid_grant", message: "Token has been expired or revoked.")
                }
                return .answer(Self.issue(for: account, google: &world.google, now: now))
            default: throw Refusal(code: "unsupported_grant_type", message: "Invalid grant_type: \(call.operation)")
            }
        } catch {
            return .answer(Self.refusal(400, error.code, error.message))
        }
    }

    /// What a token is. Source: Google OAuth2 API v2, `Tokeninfo`; google-auth-library-nodejs, `getTokenInfo` (token as bearer).
    private static func tokenInfo(_ request: WireRequest, google: GoogleWorld, now: Timestamp) -> WireResponse {
        guard let token = request.bearerToken ?? request.parameters["access_token"], let holder = google.holder(of: token, now: now),
            let end = google.tokens[Secret(token)]?.expiresAt
        else { return refusal(400, "invalid_token", "Invalid Value") }
        var answer: JSONValue = [
            "azp": .string(google.account.uniqueID), "aud": .string(google.account.uniqueID),
            "scope": "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email",
            "exp": .string(String(end.millisecondsSinceEpoch / 1000)),
            "expires_in": .string(String((end - now).milliseconds / 1000)), "access_type": "online",
        ]
        if holder.contains("@") { answer["email"] = .string(holder) }
        return .json(answer)
    }

    struct Refusal: Error {
        var code: String
        var message: String
    }

    private static func assertion(_ form: WireParameters, google: inout GoogleWorld, now: Timestamp) throws(Refusal) -> WireResponse {
        guard let token = form["assertion"].flatMap(JSONWebToken.init), token.header["alg"]?.string == "RS256",
            let issuer = token.claims["iss"]?.string
        else { throw Refusal(code: "invalid_grant", message: "Invalid JWT: Failed to parse the assertion.") }
        let keys = google.keys.filter { $0.account == issuer }
        guard !keys.isEmpty else { throw Refusal(code: "invalid_grant", message: "Invalid grant: account not found") }
        let named = token.header["kid"]?.string
        guard
            keys.contains(where: {
                (named ?? $0.id) == $0.id
                    && $0.privateKey.publicKey.verifyRS256(signature: token.signature, message: token.signingInput)
            })
        else { throw Refusal(code: "invalid_grant", message: "Invalid JWT Signature.") }
        let seconds = now.millisecondsSinceEpoch / 1000
        guard let issued = token.seconds("iat"), let expires = token.seconds("exp"), issued <= seconds + 300, expires > seconds,
            expires - issued <= 3600
        else {
            throw Refusal(
                code: "invalid_grant",
                message: "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat "
                    + "and exp values in the JWT claim.")
        }
        guard token.audiences.contains(where: { $0.hasSuffix("/token") }) else {
            throw Refusal(code: "invalid_grant", message: "Invalid JWT: Failed audience check.")
        }
        guard token.claims["scope"]?.string?.isEmpty == false else {
            throw Refusal(code: "invalid_scope", message: "Invalid OAuth scope or ID token audience provided.")
        }
        return issue(for: issuer, google: &google, now: now)
    }

    static func issue(for account: String, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        let token = google.issueToken(for: account, lifetime: google.tokenLifetime, now: now)
        return .json([
            "access_token": .string(token.exposed), "expires_in": .integer(google.tokenLifetime.milliseconds / 1000 - 1),
            "token_type": "Bearer",
        ])
    }
}

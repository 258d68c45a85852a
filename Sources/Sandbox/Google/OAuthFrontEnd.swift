import Cryptography
package import Model

/// Google's OAuth 2.0 token endpoint: service-account assertions and refresh tokens.
///
/// Source: developers.google.com/identity/protocols/oauth2/service-account; RFC 7523; RFC 6749, 5.2 and 6.
package struct OAuthFrontEnd: FrontEnd {
    package let api = SandboxAPI.oauth

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        let grant = WireParameters(query: String(decoding: request.body, as: UTF8.self))["grant_type"] ?? "unknown"
        return WireCall(operation: grant.hasSuffix("jwt-bearer") ? "jwt-bearer" : grant, resource: request.path)
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        .json(["error": .string(code), "error_description": .string(message)], status: status, errorCode: code)
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        guard request.method == "POST", request.segments.last == "token" else {
            return .answer(refusal(status: 404, code: "not_found", message: "Not Found", in: &world))
        }
        let form = WireParameters(query: String(decoding: request.body, as: UTF8.self))
        do throws(Refusal) {
            switch call.operation {
            case "jwt-bearer": return .answer(try Self.assertion(form, google: &world.google, now: now))
            case "refresh_token":
                guard let token = form["refresh_token"], let account = world.google.refreshTokens[Secret(token)] else {
                    throw Refusal(code: "invalid_grant", message: "Token has been expired or revoked.")
                }
                return .answer(Self.issue(for: account, google: &world.google, now: now))
            default: throw Refusal(code: "unsupported_grant_type", message: "Invalid grant_type: \(call.operation)")
            }
        } catch {
            return .answer(refusal(status: 400, code: error.code, message: error.message, in: &world))
        }
    }

    private struct Refusal: Error {
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

    private static func issue(for account: String, google: inout GoogleWorld, now: Timestamp) -> WireResponse {
        let token = google.issueToken(for: account, lifetime: google.tokenLifetime, now: now)
        return .json([
            "access_token": .string(token.exposed), "expires_in": .integer(google.tokenLifetime.milliseconds / 1000 - 1),
            "token_type": "Bearer",
        ])
    }
}

import Cryptography
import Model

/// The Security Token Service: an ID token of a provider that a pool trusts, for an access token of its subject.
///
/// Source: Google Cloud documentation, Security Token Service API, `v1.token`; RFC 8693; messages as quoted in google-github-actions/auth
/// issue 211, terraform-example-foundation issue 1362 and in "Troubleshoot Workload Identity Federation".
enum SecurityTokenExchange {
    private static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
    private static let tokenTypes = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"]
    private static let issuer = "https://accounts.google.com"

    static func answer(
        _ form: WireParameters, google: inout GoogleWorld, now: Timestamp
    ) throws(OAuthFrontEnd.Refusal) -> WireResponse {
        let audience = form["audience"] ?? ""
        guard audience.hasPrefix("//iam.googleapis.com/"), audience.contains("/providers/") else {
            throw refusal(
                "invalid_request",
                "Invalid value for \"audience\". This value should be the full resource name of the Identity Provider.")
        }
        guard form["requested_token_type"] == accessToken, tokenTypes.contains(form["subject_token_type"] ?? "") else {
            throw refusal("invalid_request", "Invalid value for \"requested_token_type\" or \"subject_token_type\".")
        }
        guard form["scope"]?.isEmpty == false else { throw refusal("invalid_scope", "Scope is required.") }
        guard let provider = google.identityProviders.first(where: { $0.name == audience }) else {
            throw refusal(
                "invalid_target",
                "The target service indicated by the \"audience\" parameters is invalid. This might either be because the pool or provider "
                    + "is disabled or deleted or because it doesn't exist.")
        }
        let subject = try subject(form["subject_token"] ?? "", provider, google, now)
        let pool = audience.split(separator: "/").prefix { $0 != "providers" }.joined(separator: "/")
        let token = google.issueToken(for: "principal://\(pool)/subject/\(subject)", lifetime: google.tokenLifetime, now: now)
        return .json([
            "access_token": .string(token.exposed), "issued_token_type": .string(accessToken), "token_type": "Bearer",
            "expires_in": .integer(google.tokenLifetime.milliseconds / 1000 - 1),
        ])
    }

    private static func subject(
        _ text: String, _ provider: GoogleWorld.IdentityProvider, _ google: GoogleWorld, _ now: Timestamp
    ) throws(OAuthFrontEnd.Refusal) -> String {
        guard let token = JSONWebToken(text), let subject = token.claims["sub"]?.string else {
            throw refusal("invalid_grant", "The subject token is not a valid JWT.")
        }
        guard token.claims["iss"]?.string == issuer else {
            throw refusal("invalid_grant", "The issuer in ID Token does not match the expected ones.")
        }
        guard let key = google.identityKey?.publicKey, key.verifyRS256(signature: token.signature, message: token.signingInput) else {
            throw refusal("invalid_grant", "The signature of the ID Token could not be verified.")
        }
        guard let start = token.seconds("iat"), let end = token.seconds("exp"), end > now.millisecondsSinceEpoch / 1000 else {
            throw refusal("invalid_grant", "ID Token issued at \(token.seconds("iat") ?? 0) is stale to sign-in.")
        }
        guard start <= now.millisecondsSinceEpoch / 1000 + 300 else {
            throw refusal("invalid_grant", "ID Token issued at \(start) is in the future.")
        }
        guard token.audiences.contains(where: provider.allowedAudiences.contains) else {
            throw refusal(
                "invalid_grant", "The audience in ID Token [\(token.audiences.first ?? "")] does not match the expected audience.")
        }
        guard provider.subjects?.contains(subject) ?? true else {
            throw refusal("unauthorized_client", "The given credential is rejected by the attribute condition.")
        }
        return subject
    }

    private static func refusal(_ code: String, _ message: String) -> OAuthFrontEnd.Refusal {
        OAuthFrontEnd.Refusal(code: code, message: message)
    }
}

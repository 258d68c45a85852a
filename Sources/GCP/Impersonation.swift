import Cryptography
import FoundationEssentials
import HTTP
import Model

/// A token of a service account, given to somebody who may impersonate it (`roles/iam.serviceAccountTokenCreator`).
///
/// Source: IAM Service Account Credentials API, `projects.serviceAccounts.generateAccessToken`.
struct Impersonation: TokenGrant {
    /// Seconds; more than an hour needs the organization policy constraint iam.allowServiceAccountCredentialLifetimeExtension.
    static let standardLifetimeSeconds = 3600
    static let delegateLimit = 20

    /// Whose token is asked for.
    let email: String
    let url: CredentialURL
    /// Service accounts that stand between, each of which may impersonate the next.
    let delegates: [String]
    let lifetimeSeconds: Int
    let source: any TokenGrant
    let exchange: TokenExchange

    private struct Body: Encodable {
        var delegates: [String]?
        var lifetime: String
        var scope: [String]
    }

    private struct Answer: Decodable {
        var accessToken: String
        var expireTime: String
    }

    /// The account that such a URL names: `…/serviceAccounts/EMAIL:generateAccessToken`.
    static func email(in url: CredentialURL) -> String? {
        let suffix = ":generateAccessToken"
        guard url.text.hasSuffix(suffix) else { return nil }
        let parts = url.text.dropLast(suffix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let email = parts.last, parts.dropLast().last == "serviceAccounts", !email.isEmpty, !url.text.contains("?") else {
            return nil
        }
        return String(email)
    }

    func fetch() async throws(APIError) -> AccessToken {
        let token = try await source.fetch().secret
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let content = Body(
            delegates: delegates.isEmpty ? nil : delegates, lifetime: "\(lifetimeSeconds)s", scope: [ServiceAccountKey.scope])
        guard let body = try? encoder.encode(content) else {
            throw exchange.error("malformed-file", "its delegates can't be written as JSON", .permanent)
        }
        let request = TokenExchange.Request(
            http: HTTPRequest(
                "POST", url.text,
                headers: [
                    "Content-Type": "application/json", "Accept": "application/json", "Authorization": "Bearer \(token.exposed)",
                ], body: [UInt8](body), limits: TokenExchange.limits),
            secrets: [token])
        return try await exchange.fetch("access token with its end") {
            request
        } explain: { status, body in
            refusal(status, body)
        } read: { response in
            self.token(in: response)
        }
    }

    /// The token's end is a time of Google's clock. It is granted for the lifetime that was asked for: a clock here that is behind, or so
    /// far ahead that the token would be over, does not make it longer or worthless.
    private func token(in response: HTTPResponse) -> AccessToken? {
        var data = Data(response.body)
        defer { data.withUnsafeMutableBytes { SecretBytes.cleanse($0) } }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data), TokenExchange.isToken(answer.accessToken),
            let end = Timestamp(rfc3339: answer.expireTime)
        else { return nil }
        let asked = Duration.seconds(lifetimeSeconds)
        let left = end - exchange.runtime.now().wall
        return AccessToken(secret: Secret(answer.accessToken), lifetime: left > .zero ? min(left, asked) : asked)
    }

    private func refusal(_ status: Int, _ body: ErrorBody) -> (APIError.Disposition, String)? {
        let advice: String
        switch (status, body.detail) {
        case (403, "SERVICE_DISABLED"?):
            advice = "the API iamcredentials.googleapis.com is not enabled: `gcloud services enable iamcredentials.googleapis.com`"
        case (403, _):
            advice =
                "the file's credentials may not impersonate \(email): grant them roles/iam.serviceAccountTokenCreator on that account"
                + (delegates.isEmpty ? "" : ", and on each of its delegates to the one before")
        case (404, _): advice = "there is no service account \(email)"
        case (401, _): advice = "the token of the credentials that should impersonate \(email) is refused"
        case (400, _) where lifetimeSeconds > Self.standardLifetimeSeconds:
            advice =
                "a token of \(email) for \(lifetimeSeconds) seconds is refused; more than 3600 need the constraint "
                + "iam.allowServiceAccountCredentialLifetimeExtension"
        default: return nil
        }
        return (.denied, "\(advice). Google says: \(body.message)")
    }
}

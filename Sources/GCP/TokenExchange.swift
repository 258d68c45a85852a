import Cryptography
import FoundationEssentials
import HTTP
import Model

/// One request for a token, with retries: the part that the metadata server and the token endpoints have in common.
///
/// An answer's bytes are wiped once it is read, whatever is read of it. What the JSON decoder makes of them are `String`s, as the token itself
/// is, and these are not ours to wipe; nor are the buffers in which libcurl receives.
struct TokenExchange: Sendable {
    var operation: String
    /// Host and path, and whose credentials: for people.
    var resource: String
    var transport: any HTTPTransport
    var runtime: Runtime
    var policy: Retry.Policy
    /// What to do when nothing answers.
    var unreachable = "check the network and HTTPS_PROXY"

    static let limits = HTTPLimits(connect: .seconds(3), total: .seconds(15), idle: .seconds(15), responseBytes: 64 << 10)

    /// Source: RFC 6749, section 5.1; the metadata server answers in the same form. Some servers write the number as a string
    /// (google-auth-library-python, `_client.py`).
    private struct Answer: Decodable {
        var accessToken: String
        var expiresIn: Seconds
        var tokenType: String?
    }

    private struct Seconds: Decodable {
        var value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                value = number
            } else {
                value = Double(try container.decode(String.self)) ?? 0
            }
        }
    }

    /// What is sent, and what of it must not come back in an error: servers repeat what they refuse.
    struct Request: Sendable {
        var http: HTTPRequest
        var secrets: [Secret] = []

        /// A form, as token endpoints take it.
        static func form(
            _ url: CredentialURL, _ pairs: [(String, String)], authorization: Secret? = nil, secrets: [Secret]
        ) -> Request {
            var headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
            if let authorization { headers.add("Authorization", authorization.exposed) }
            return Request(
                http: HTTPRequest(
                    "POST", url.text, headers: headers, body: Array(URLEncoding.pairs(pairs).utf8), limits: TokenExchange.limits),
                secrets: secrets + [authorization].compactMap(\.self))
        }
    }

    /// An access token, as token endpoints and the metadata server give it.
    func fetch(
        _ request: @Sendable () throws(APIError) -> Request, check: @Sendable (HTTPResponse) -> String? = { _ in nil },
        explain: @Sendable (Int, ErrorBody) -> (APIError.Disposition, String)?
    ) async throws(APIError) -> AccessToken {
        try await fetch("bearer token with a lifetime", request, check: check, explain: explain, read: Self.accessToken)
    }

    private static func accessToken(in response: HTTPResponse) -> AccessToken? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var data = Data(response.body)
        defer { data.withUnsafeMutableBytes { SecretBytes.cleanse($0) } }
        guard let answer = try? decoder.decode(Answer.self, from: data), isToken(answer.accessToken), answer.expiresIn.value > 0,
            (answer.tokenType ?? "Bearer").lowercased() == "bearer"
        else { return nil }
        return AccessToken(
            secret: Secret(answer.accessToken), lifetime: .milliseconds(Int64(min(answer.expiresIn.value, 86_400) * 1000)))
    }

    /// Whether it can stand in a header.
    static func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

    /// - Parameters:
    ///   - expected: what `read` looks for, for people.
    ///   - check: refuses an answer that does not come from where it should.
    ///   - explain: what a refusal means and what to do, from status and body; `nil` for the body's own words.
    func fetch<Token: Sendable>(
        _ expected: String, _ request: @Sendable () throws(APIError) -> Request, check: @Sendable (HTTPResponse) -> String? = { _ in nil },
        explain: @Sendable (Int, ErrorBody) -> (APIError.Disposition, String)?,
        read: @Sendable (HTTPResponse) -> Token?
    ) async throws(APIError) -> Token {
        let start = runtime.now().instant
        var retry = Retry(policy: policy, start: start)
        // One call at a time for a whole process: the policy bounds it.
        var budget = RetryBudget(capacity: 100, refillPerSecond: 0, now: start)
        while true {
            let failure: APIError
            do throws(APIError) {
                return try await attempt(expected, try request(), check: check, explain: explain, read: read)
            } catch {
                failure = error
            }
            guard failure.code != HTTPError.Kind.cancelled.rawValue,
                case .again(let delay) = retry.decide(
                    after: failure.disposition, now: runtime.now().instant, unit: runtime.unit(), budget: &budget)
            else { throw failure }
            do {
                try await runtime.sleep(delay)
            } catch {
                throw failure
            }
        }
    }

    private func attempt<Token: Sendable>(
        _ expected: String, _ request: Request, check: @Sendable (HTTPResponse) -> String?,
        explain: @Sendable (Int, ErrorBody) -> (APIError.Disposition, String)?,
        read: @Sendable (HTTPResponse) -> Token?
    ) async throws(APIError) -> Token {
        var response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport.send(request.http)
        } catch {
            throw self.error(error.kind.rawValue, error.description + advice(error.kind), error.disposition)
        }
        defer { SecretBytes.wipe(&response.body) }
        if let objection = check(response) { throw error("wrong-server", objection, .permanent, response.status) }
        guard response.isSuccess else {
            let body = ErrorBody(response, without: request.secrets)
            let code = body.code ?? "http-\(response.status)"
            let isTransient = response.status >= 500 || response.status == 429 || response.status == 408
            if !isTransient, let (disposition, message) = explain(response.status, body) {
                throw error(code, message, disposition, response.status)
            }
            throw error(
                code, body.message, isTransient ? .retry(after: response.retryAfter ?? body.retryDelay) : .denied, response.status)
        }
        // Whatever is wrong with this answer, its text is not repeated: it may hold a token.
        guard let token = read(response) else {
            throw error("malformed-answer", "the answer holds no \(expected)", .permanent, response.status)
        }
        return token
    }

    private func advice(_ kind: HTTPError.Kind) -> String {
        switch kind {
        case .resolve, .connect, .timeout, .interrupted: "; \(unreachable)"
        case .tls: "; check what answers there, and SSL_CERT_FILE"
        default: ""
        }
    }

    func error(_ code: String, _ message: String, _ disposition: APIError.Disposition, _ status: Int? = nil) -> APIError {
        APIError(
            api: .credentials, operation: operation, resource: resource, code: code, httpStatus: status, message: message,
            disposition: disposition)
    }
}

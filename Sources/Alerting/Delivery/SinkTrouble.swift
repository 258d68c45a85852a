package import HTTP

/// Why a sink did not take something. Without the URL, which may be a secret.
package enum SinkTrouble: Error, Hashable, Sendable {
    /// To be tried again, not before the given delay if the server named one.
    case again(String, after: Duration?)
    /// It will never take this one.
    case refused(String)

    package var message: String {
        switch self {
        case .again(let message, _), .refused(let message): message
        }
    }

    /// The one table of what to do about an answer.
    ///
    /// | answer | |
    /// |---|---|
    /// | 2xx | taken |
    /// | 400, 413, 422 | refused: this one is at fault, those after it may not be |
    /// | all else | again: a key, a URL or a server that a person, or time, sets right |
    ///
    /// Redirects are among the rest: a secret is sent where it belongs, and nowhere else.
    ///
    /// Source: PagerDuty, Events API v2, "API Response Codes & Retry Logic" (400: don't retry; 429 and 5xx: retry); Slack, "Handling
    /// errors with incoming webhooks" (400 invalid_payload; 403, 404 and 410 concern the webhook); RFC 9110.
    package static func of(_ response: HTTPResponse) -> SinkTrouble? {
        let status = response.status
        if response.isSuccess { return nil }
        let answer = String(decoding: response.body.prefix(300), as: UTF8.self).shown(limit: 200)
        let text = "HTTP \(status)" + (answer.isEmpty ? "" : ": \(answer)")
        if (300..<400).contains(status) { return .again("HTTP \(status): redirects are not followed; name the final URL", after: nil) }
        if [400, 413, 422].contains(status) { return .refused(text) }
        let seconds = response.headers["Retry-After"].flatMap { Int($0) }.map { Duration.seconds(min(max($0, 0), 3600)) }
        return .again(text, after: seconds)
    }

    package static func of(_ error: HTTPError) -> SinkTrouble {
        .again("no answer: \(error.kind.rawValue)", after: nil)
    }
}

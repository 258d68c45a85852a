import HTTP
import Locking

/// Counts the calls that Compute Engine turns away because there are too many of them.
///
/// Source: Compute Engine documentation, "Rate quotas" (403 rateLimitExceeded); AIP-193 (429 RESOURCE_EXHAUSTED, reason
/// RATE_LIMIT_EXCEEDED).
final class ThrottleCount: Sendable {
    private let count = Locked(0)

    /// Since this was last asked.
    func take() -> Int {
        count.withLock { count in
            defer { count = 0 }
            return count
        }
    }

    func around(_ transport: any HTTPTransport) -> any HTTPTransport { Counting(transport: transport, count: self) }

    private func note(_ response: HTTPResponse) {
        guard response.status == 429 || response.status == 403 else { return }
        let words = ["rateLimitExceeded", "RATE_LIMIT_EXCEEDED"]
        let text = String(decoding: response.body.prefix(4096), as: UTF8.self)
        guard response.status == 429 || words.contains(where: text.contains) else { return }
        count.withLock { $0 += 1 }
    }

    private struct Counting: HTTPTransport {
        let transport: any HTTPTransport
        let count: ThrottleCount

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            let response = try await transport.send(request)
            count.note(response)
            return response
        }

        func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream { try await transport.stream(request) }
    }
}

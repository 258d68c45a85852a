import HTTP
import Logging
import Model

/// Writes a line for each request at level debug: method, URL, status, size and how long it took. Never a header, and never a body:
/// tokens, keys and signatures stand there. Nor a URL's query: what a container agent or an identity provider is asked may be a secret.
struct TracingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let runtime: Runtime
    private let logger: Logger

    /// - Returns: the transport itself where nobody reads at that level.
    static func around(_ base: any HTTPTransport, runtime: Runtime, logger: Logger) -> any HTTPTransport {
        logger.logLevel <= .debug ? TracingTransport(base: base, runtime: runtime, logger: logger) : base
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let start = runtime.now().instant
        do {
            let response = try await base.send(request)
            told(request, since: start, "\(response.status), \(response.body.count) bytes")
            return response
        } catch {
            told(request, since: start, error.kind.rawValue)
            throw error
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let start = runtime.now().instant
        do {
            let stream = try await base.stream(request)
            told(request, since: start, "\(stream.status), a stream")
            return stream
        } catch {
            told(request, since: start, error.kind.rawValue)
            throw error
        }
    }

    private func told(_ request: HTTPRequest, since start: Instant, _ outcome: String) {
        logger.debug(
            "\(request.method) \(request.url.prefix { $0 != "?" }.prefix(1000)): \(outcome)",
            metadata: ["took": "\((runtime.now().instant - start).brief)"])
    }
}

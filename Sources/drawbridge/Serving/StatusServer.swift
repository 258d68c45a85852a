import HTTPTypes
import Hummingbird
import Locking
import Logging
import Model

/// Serves the site over HTTP/1.1.
struct StatusServer: Sendable {
    /// Readers of events at a time.
    static let streamLimit = 64

    let site: StatusSite
    let runtime: Runtime
    private let streams = Locked(0)

    init(site: StatusSite, runtime: Runtime) {
        self.site = site
        self.runtime = runtime
    }

    /// Serves until cancelled.
    ///
    /// - Parameter onServing: called once the address is taken.
    func run(host: String, port: Int, logger: Logger, onServing: @escaping @Sendable () -> Void) async throws {
        var quiet = logger
        // It calls its own cancellation an error; what fails to start is thrown.
        quiet.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(to: request) },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                let bound = channel.localAddress?.port ?? port
                logger.info(
                    "serving /healthz, /readyz, /livez, /metrics and the status page",
                    metadata: ["address": "\(host.contains(":") ? "[\(host)]" : host):\(bound)"])
                onServing()
            }, logger: quiet)
        // Not `runService`, which would trap the process's signals for itself.
        try await application.run()
    }

    private func respond(to request: Request) async -> Response {
        let asked = SiteRequest(
            method: request.method.rawValue, path: request.uri.path,
            query: request.uri.queryParameters.map { (String($0.key), String($0.value)) }, host: request.head.authority,
            authorization: request.headers[.authorization], accept: request.headers[.accept])
        var answer = await site.answer(asked)
        if case .events = answer.body, asked.method == "GET", !takeStream() {
            answer = .text(503, "\(Self.streamLimit) readers follow already; ask for the page now and then\n")
            answer.headers = [("Retry-After", "30")]
        }
        var headers = HTTPFields()
        for (name, value) in [("Content-Type", answer.type)] + answer.allHeaders {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        let body: ResponseBody
        switch answer.body {
        case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .events where asked.method == "GET": body = events()
        case .events: body = ResponseBody()
        }
        let response = Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: body)
        return asked.method == "HEAD" ? response.createHeadResponse() : response
    }

    private func takeStream() -> Bool {
        streams.withLock { count in
            guard count < Self.streamLimit else { return false }
            count += 1
            return true
        }
    }

    private func events() -> ResponseBody {
        // Given back with the closure, which is not called at all when the reader has gone by then.
        let place = Place(streams)
        return ResponseBody { [site, runtime] writer in
            defer { place.giveBack() }
            // Used by one task at a time: the pump writes one event after the other, and has ended before the writer is used again.
            nonisolated(unsafe) var sink = writer
            let pump = EventPump(runtime: runtime, changes: site.board.follow, revision: { site.board.revision })
            await pump.run { text in try await sink.write(ByteBuffer(string: text)) }
            // Not finished in good order: a reader that was dropped asks again.
            throw CancellationError()
        }
    }

    /// One of the places for readers.
    private final class Place: Sendable {
        private let streams: Locked<Int>
        private let isTaken = Locked(true)

        init(_ streams: Locked<Int>) { self.streams = streams }
        deinit { giveBack() }

        func giveBack() {
            let wasTaken = isTaken.withLock { taken in
                defer { taken = false }
                return taken
            }
            if wasTaken { streams.withLock { $0 -= 1 } }
        }
    }
}

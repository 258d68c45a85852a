import Locking

/// Requests and streams over libcurl's multi interface, on one thread of its own.
///
/// Connections are kept and shared; HTTP/2 is spoken where a TLS server offers it, except for streams. At most
/// `TransferLoop.transfersPerOrigin` sends to one origin are in flight, the others wait in their order; `HTTPLimits.total` counts that
/// wait, `connect` and `idle` start after it. When a kept connection turns out to be dead before a byte of the answer has come, libcurl
/// sends the request again on a new one; not so when it has sent any of the body of a POST or PATCH.
///
/// `SSL_CERT_FILE` is read when the client is made, the proxies' variables with each request.
///
/// The client goes when nothing refers to it any more, its streams included; `shutdown()` ends it earlier.
package final class HTTPClient: HTTPTransport {
    /// Of a streamed body, held for the reader before the server is held back.
    static let streamHighWaterBytes = 64 * 1024

    private let mailbox: Mailbox
    private let proxyCredentials: ProxyCredentials

    package convenience init(_ configuration: HTTPClientConfiguration) { self.init(configuration, prepare: { _ in }) }

    /// - Parameter prepare: sets options on each fresh handle; what the client sets afterwards stands above it.
    init(_ configuration: HTTPClientConfiguration, prepare: @escaping @Sendable (CurlEasy) -> Void) {
        let multi = CurlMulti()
        let mailbox = Mailbox(waking: multi)
        let options = CurlOptions(configuration, prepare: prepare)
        self.mailbox = mailbox
        proxyCredentials = ProxyCredentials(configuration.proxy)
        LoopThread.start {
            TransferLoop(mailbox: mailbox, multi: multi, options: options).run()
            mailbox.end()
        }
    }

    deinit { mailbox.close() }

    /// Ends every transfer (their callers get `.cancelled`), closes the connections and waits for the thread's last word. What is sent
    /// later fails at once.
    package func shutdown() async {
        mailbox.close()
        await mailbox.waitForEnd()
    }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let call = TransferCall(id: mailbox.nextID(), request: try PreparedRequest(request), now: .now)
        return proxyCredentials.removed(from: try await perform(call) { .whole($0) })
    }

    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let call = TransferCall(id: mailbox.nextID(), request: try PreparedRequest(request), now: .now)
        let channel = BodyChannel(highWaterBytes: Self.streamHighWaterBytes)
        let reader = BodyReader(client: self, mailbox: mailbox, call: call, channel: channel)
        let head = try await perform(call) { .stream($0, channel) }
        if !head.isSuccess, !proxyCredentials.isEmpty { return try await refusal(head, reader) }
        return HTTPStream(
            status: head.status, headers: head.headers,
            body: HTTPStream.Body { () async throws(HTTPError) in try await reader.next() })
    }

    /// An error's body, read to its end: what is to be taken out of it may be cut by the pieces' ends.
    private func refusal(_ head: HTTPResponse, _ reader: BodyReader) async throws(HTTPError) -> HTTPStream {
        var whole = head
        while whole.body.count < ProxyCredentials.streamLimit, let piece = try await reader.next() { whole.body += piece }
        whole = proxyCredentials.removed(from: whole)
        let pieces = Locked<[[UInt8]]>([whole.body])
        return HTTPStream(
            status: whole.status, headers: whole.headers,
            body: HTTPStream.Body { () async throws(HTTPError) in pieces.withLock { $0.popLast() } })
    }

    private func perform(
        _ call: TransferCall,
        answer: (CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) -> TransferAnswer
    ) async throws(HTTPError) -> HTTPResponse {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = answer(continuation)
                guard !mailbox.post(.start(call, answer)) else { return }
                answer.fail(call.error(.cancelled, TransferLoop.shutDown, mayHaveBeenReceived: false))
            }
        } onCancel: {
            call.cancel()
            _ = mailbox.post(.cancel(call))
        }
        return try result.get()
    }
}

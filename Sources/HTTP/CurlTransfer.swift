import CLibCurl

/// A transfer in flight. Belongs to the thread of the loop, on which libcurl also calls it back.
final class CurlTransfer {
    enum BodyAnswer {
        case taken, heldBack, refused
    }

    let call: TransferCall
    let easy: CurlEasy
    private(set) var clock: TransferClock
    private let answer: TransferAnswer
    private var head = ResponseHead()
    private var body: [UInt8] = []
    private var receivedBytes = 0
    private var sentBytes = 0
    private var wasSent = false
    private var headWasDelivered = false
    /// Why a callback ended the transfer.
    private var refusal: (kind: HTTPError.Kind, message: String)?

    init(_ call: TransferCall, _ answer: TransferAnswer, easy: CurlEasy, now: ContinuousClock.Instant) {
        self.call = call
        self.answer = answer
        self.easy = easy
        clock = TransferClock(call.request.limits, totalDeadline: call.totalDeadline, now: now)
    }

    var isStream: Bool { answer.isStream }

    /// Over HTTP/2, with others.
    var mayShareConnection: Bool { call.request.isTLS && !isStream }

    // MARK: what libcurl tells

    /// The connection stands; the request goes out next.
    func willSend() {
        wasSent = true
        clock.activity(.now)
    }

    func received(headerLine: UnsafeRawBufferPointer) -> Bool {
        clock.activity(.now)
        switch head.read(headerLine) {
        case .more: return true
        case .complete:
            deliverHead()
            return true
        case .tooLarge:
            refusal = (
                .tooLarge, "the answer's head has more than \(ResponseHead.maxBytes) bytes or \(ResponseHead.maxFields) fields"
            )
        case .malformed: refusal = (.malformedResponse, "the answer's head can't be read")
        }
        return false
    }

    func received(body bytes: UnsafeRawBufferPointer) -> BodyAnswer {
        clock.activity(.now)
        let limit = call.request.limits.responseBytes
        guard bytes.count <= limit - receivedBytes else {
            refusal = (.tooLarge, "the answer's body has more than \(limit) bytes")
            return .refused
        }
        switch answer {
        case .whole: body.append(contentsOf: bytes)
        case .stream(_, let channel):
            guard channel.offer(bytes) else {
                clock.hold()
                return .heldBack
            }
        }
        receivedBytes += bytes.count
        return .taken
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        clock.activity(.now)
        guard let body = call.request.body else { return 0 }
        let count = min(buffer.count, body.count - sentBytes)
        body.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sentBytes..<sentBytes + count])) }
        sentBytes += count
        return count
    }

    /// libcurl repeats a request when a kept connection turns out to be dead.
    func rewind(to offset: Int) -> Bool {
        guard call.request.mayRepeatBody, let body = call.request.body, (0...body.count).contains(offset) else { return false }
        sentBytes = offset
        return true
    }

    // MARK: what the loop does

    func resume() {
        clock.resume(.now)
        easy.resume()
    }

    private func deliverHead() {
        guard case .stream(let continuation, _) = answer else { return }
        headWasDelivered = true
        continuation.resume(returning: .success(HTTPResponse(status: head.status, headers: head.headers, body: [])))
    }

    /// To be called once, when libcurl has let go of the handle.
    func finish(_ code: CURLcode) {
        let message = String(easy.message(for: code).prefix(300).map { $0.isNewline || $0 == "\0" ? " " : $0 })
        if let refusal {
            fail(refusal.kind, refusal.message)
        } else if code != CURLE_OK {
            let kind = CurlErrorTable.kind(code, message: message, wasSent: wasSent, headIsComplete: head.isComplete)
            fail(kind, message)
        } else if !head.isComplete {
            fail(.malformedResponse, "the answer ended without a final head")
        } else {
            switch answer {
            case .whole(let continuation):
                let response = HTTPResponse(status: head.status, headers: head.headers, body: body)
                continuation.resume(returning: .success(response))
            case .stream(_, let channel): channel.finish(.finished)
            }
        }
    }

    /// To be called once, instead of `finish`.
    func fail(_ kind: HTTPError.Kind, _ message: String) {
        let error = call.error(kind, message, mayHaveBeenReceived: wasSent)
        if case .stream(_, let channel) = answer, headWasDelivered {
            channel.finish(.failed(error))
        } else {
            answer.fail(error)
        }
    }
}

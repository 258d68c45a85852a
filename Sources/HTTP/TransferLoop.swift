import CLibCurl

/// The client's one thread: takes what was posted, lets libcurl work, reports what ended, waits. Nothing else touches the handles.
final class TransferLoop {
    /// In flight to one origin, streams not counted. As many as HTTP/2 servers commonly allow on a connection: calls that wait at
    /// the server (operations) must not keep the others from being sent.
    static let transfersPerOrigin = 100
    /// Connections kept open for later. What a burst leaves above it is closed one by one as later transfers end.
    static let idleConnections = 16

    /// How long to wait at most while a send over TLS is in flight. libcurl 7.88 now and then forgets that a stream of a shared HTTP/2
    /// connection could go on (seen with large bodies at the window's end), and sees it when it is next asked to work.
    static let longestWaitOverTLS = Duration.milliseconds(100)

    private let mailbox: Mailbox
    private let multi: CurlMulti
    private let options: CurlOptions
    private var queue = OriginQueue<(TransferCall, TransferAnswer)>(limit: transfersPerOrigin)
    private var running: [UInt64: CurlTransfer] = [:]

    init(mailbox: Mailbox, multi: CurlMulti, options: CurlOptions) {
        self.mailbox = mailbox
        self.multi = multi
        self.options = options
    }

    func run() {
        while true {
            let (messages, isClosed) = mailbox.drain()
            for message in messages { take(message) }
            if isClosed { break }
            multi.perform()
            while let (transfer, code) = multi.nextDone() { end(transfer) { $0.finish(code) } }
            let now = ContinuousClock.now
            expire(now)
            multi.poll(milliseconds: wait(now))
        }
        for (call, answer) in queue.removeAll() { answer.fail(call.error(.cancelled, Self.shutDown, mayHaveBeenReceived: false)) }
        for transfer in Array(running.values) { close(transfer) { $0.fail(.cancelled, Self.shutDown) } }
        multi.cleanUp()
    }

    static let shutDown = "the client was shut down"

    private func take(_ message: Mailbox.Message) {
        switch message {
        case .start(let call, let answer):
            if call.isCancelled { return answer.fail(call.error(.cancelled, "the caller gave up", mayHaveBeenReceived: false)) }
            // A stream may last for days: it takes no place of the others.
            if case .stream = answer { return start(call, answer) }
            let entry = queue.enter(call.id, (call, answer), origin: call.request.origin, deadline: call.totalDeadline)
            if let (call, answer) = entry { start(call, answer) }
        case .cancel(let call):
            if let (call, answer) = queue.remove(call.id) {
                answer.fail(call.error(.cancelled, "the caller gave up", mayHaveBeenReceived: false))
            } else if let transfer = running[call.id] {
                end(transfer) { $0.fail(.cancelled, "the caller gave up") }
            }
        case .resume(let call): running[call.id]?.resume()
        }
    }

    private func start(_ call: TransferCall, _ answer: TransferAnswer) {
        guard let easy = CurlEasy() else {
            answer.fail(call.error(.internal, "curl_easy_init failed: out of memory", mayHaveBeenReceived: false))
            return freePlace(of: call, isStream: answer.isStream)
        }
        let transfer = CurlTransfer(call, answer, easy: easy, now: .now)
        options.apply(to: easy, call.request, isStream: transfer.isStream)
        easy.callBack(transfer)
        guard easy.refusedOption == nil, multi.add(easy) else {
            transfer.fail(
                .internal, "libcurl refused option \(easy.refusedOption.map { String($0.rawValue) } ?? "(none) or the handle")")
            return freePlace(of: call, isStream: transfer.isStream)
        }
        running[call.id] = transfer
        keepConnections()
    }

    /// Closes a transfer, tells its caller, and starts the one that waited for its place.
    private func end(_ transfer: CurlTransfer, _ tell: (CurlTransfer) -> Void) {
        close(transfer, tell)
        freePlace(of: transfer.call, isStream: transfer.isStream)
    }

    private func close(_ transfer: CurlTransfer, _ tell: (CurlTransfer) -> Void) {
        multi.remove(transfer.easy)
        running[transfer.call.id] = nil
        keepConnections()
        tell(transfer)
    }

    private func freePlace(of call: TransferCall, isStream: Bool) {
        guard !isStream, let (next, answer) = queue.leave(origin: call.request.origin) else { return }
        start(next, answer)
    }

    /// libcurl counts connections in use too: with a fixed number it would close, under load, each connection that comes free.
    private func keepConnections() { multi.keepConnections(running.count + Self.idleConnections) }

    private func expire(_ now: ContinuousClock.Instant) {
        for (call, answer) in queue.expire(now) {
            answer.fail(call.error(.timeout, "still waiting for its turn", mayHaveBeenReceived: false))
        }
        for transfer in running.values.filter({ $0.clock.expired(now) != nil }) {
            guard let limit = transfer.clock.expired(now) else { continue }
            end(transfer) { $0.fail(.timeout, $0.clock.message(limit)) }
        }
    }

    /// Until the next limit runs out; libcurl adds its own timers.
    private func wait(_ now: ContinuousClock.Instant) -> Int32 {
        var next = now + .seconds(3600)
        for transfer in running.values { if let deadline = transfer.clock.deadline { next = min(next, deadline.at) } }
        if let deadline = queue.earliestDeadline { next = min(next, deadline) }
        if running.values.contains(where: { $0.mayShareConnection }) { next = min(next, now + Self.longestWaitOverTLS) }
        let (seconds, attoseconds) = (next - now).components
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}

import Locking

/// What tasks ask of the loop. A post wakes the loop only when the box was empty.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case start(TransferCall, TransferAnswer)
        case cancel(TransferCall)
        /// The reader has made room.
        case resume(TransferCall)
    }

    private struct State {
        var messages: [Message] = []
        /// `nil` once the client is shut down.
        var multi: CurlMulti?
        var lastID: UInt64 = 0
        var endWaiters: [CheckedContinuation<Void, Never>] = []
        var hasEnded = false
    }

    private let state: Locked<State>

    init(waking multi: CurlMulti) { state = Locked(State(multi: multi)) }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// - Returns: whether the loop will see it.
    func post(_ message: Message) -> Bool {
        state.withLock { state in
            guard let multi = state.multi else { return false }
            state.messages.append(message)
            // Under the lock, so that it never reaches a handle that was cleaned up; it writes one byte to a socket.
            if state.messages.count == 1 { multi.wakeup() }
            return true
        }
    }

    /// - Returns: the messages so far, and whether the client was shut down.
    func drain() -> (messages: [Message], isClosed: Bool) {
        state.withLock { state in
            defer { state.messages = [] }
            return (state.messages, state.multi == nil)
        }
    }

    func close() {
        state.withLock { state in
            state.multi?.wakeup()
            state.multi = nil
        }
    }

    /// The loop's last word.
    func end() {
        let waiters = state.withLock { state in
            defer { state.endWaiters = [] }
            state.hasEnded = true
            return state.endWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.endWaiters.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}

import Locking

/// Carries a streamed body from the loop to its one reader.
final class BodyChannel: Sendable {
    /// `nil`: another reader waits already.
    private typealias Reader = CheckedContinuation<BodyQueue.Taken?, Never>

    private struct State {
        var queue: BodyQueue
        var reader: Reader?

        /// The reader that waits, with what it gets.
        mutating func serve() -> (Reader, BodyQueue.Taken)? {
            guard let reader else { return nil }
            let taken = queue.take()
            guard taken != .nothingYet else { return nil }
            self.reader = nil
            return (reader, taken)
        }
    }

    private let state: Locked<State>

    init(highWaterBytes: Int) { state = Locked(State(queue: BodyQueue(highWaterBytes: highWaterBytes), reader: nil)) }

    /// - Returns: whether the bytes were taken.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (accepted, served) = state.withLock { ($0.queue.offer(bytes), $0.serve()) }
        if let (reader, taken) = served { reader.resume(returning: taken) }
        return accepted
    }

    func finish(_ end: BodyQueue.End) {
        let served = state.withLock { state in
            state.queue.finish(end)
            return state.serve()
        }
        if let (reader, taken) = served { reader.resume(returning: taken) }
    }

    /// Waits for the next piece or the end; `nil` when another reader waits already.
    func take() async -> BodyQueue.Taken? {
        await withCheckedContinuation { continuation in
            let (second, served) = state.withLock { state -> (Reader?, (Reader, BodyQueue.Taken)?) in
                guard state.reader == nil else { return (continuation, nil) }
                state.reader = continuation
                return (nil, state.serve())
            }
            second?.resume(returning: nil)
            if let (reader, taken) = served { reader.resume(returning: taken) }
        }
    }
}

/// What has come of a streamed body and was not read yet: holds the sender back above a mark. Pure.
///
/// The reader takes everything at once, so the mark for letting it flow again is an empty queue.
struct BodyQueue {
    enum End: Hashable, Sendable {
        case finished
        case failed(HTTPError)
    }

    enum Taken: Hashable, Sendable {
        /// - Parameter resume: the sender was held back, and may go on.
        case piece([UInt8], resume: Bool)
        case ended(End)
        case nothingYet
    }

    let highWaterBytes: Int
    private var buffer: [UInt8] = []
    private(set) var isHeld = false
    private(set) var end: End?

    init(highWaterBytes: Int) { self.highWaterBytes = highWaterBytes }

    /// - Returns: whether the bytes were taken; if not, they are to be offered again once the reader has made room.
    mutating func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard end == nil else { return true }
        guard buffer.count < highWaterBytes else {
            isHeld = true
            return false
        }
        buffer.append(contentsOf: bytes)
        return true
    }

    mutating func take() -> Taken {
        guard buffer.isEmpty else {
            defer {
                buffer = []
                isHeld = false
            }
            return .piece(buffer, resume: isHeld && end == nil)
        }
        return end.map(Taken.ended) ?? .nothingYet
    }

    /// The first end counts. What came before a failure can still be read, unless it was the reader who gave up.
    mutating func finish(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        if case .failed(let error) = end, error.kind == .cancelled { buffer = [] }
    }
}

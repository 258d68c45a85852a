/// Values that a server's thread tells the test.
struct Signal<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func send(_ value: Value) { continuation.yield(value) }

    /// The next value. For one reader at a time.
    func value() async -> Value {
        for await value in stream { return value }
        fatalError("a signal has no end")
    }
}

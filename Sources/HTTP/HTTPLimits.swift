/// How long a transfer may take and how large its answer may be.
package struct HTTPLimits: Hashable, Sendable {
    /// From the start to an established connection, TLS included.
    package var connect: Duration
    /// For the whole transfer; `nil` for a stream that has no end.
    package var total: Duration?
    /// Without a single byte in either direction; while a reader holds a stream back, the clock stands.
    package var idle: Duration
    /// Of the body, decoded.
    package var responseBytes: Int

    package init(connect: Duration, total: Duration?, idle: Duration, responseBytes: Int) {
        self.connect = connect
        self.total = total
        self.idle = idle
        self.responseBytes = responseBytes
    }
}

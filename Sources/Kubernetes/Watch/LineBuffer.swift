/// Cuts a stream of bytes into lines: watch events are JSON documents, each ended by a newline, and a chunk may end anywhere.
///
/// Source: Kubernetes documentation, API concepts, "Efficient detection of changes".
struct LineBuffer: Sendable {
    struct LineTooLong: Error, Hashable {
        var limitBytes: Int
    }

    private let limitBytes: Int
    private var rest: [UInt8] = []

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// The lines that these bytes complete, without their ends (LF or CRLF) and without empty ones.
    mutating func append(_ bytes: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            try take(bytes[start..<end])
            if rest.last == 0x0D { rest.removeLast() }
            if !rest.isEmpty { lines.append(rest) }
            rest = []
            start = end + 1
        }
        try take(bytes[start...])
        return lines
    }

    /// What follows the last newline; a stream that ends there broke off, or lacks the last line's end.
    mutating func finish() -> [UInt8]? {
        defer { rest = [] }
        if rest.last == 0x0D { rest.removeLast() }
        return rest.isEmpty ? nil : rest
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws(LineTooLong) {
        guard rest.count + bytes.count <= limitBytes else { throw LineTooLong(limitBytes: limitBytes) }
        rest.append(contentsOf: bytes)
    }
}

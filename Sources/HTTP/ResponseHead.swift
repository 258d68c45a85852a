/// Reads the head of an answer line by line. Interim heads (1xx) are skipped; what follows the final head (trailers) is ignored.
struct ResponseHead {
    enum Progress: Hashable {
        case more
        /// This line ended the final head.
        case complete
        case tooLarge
        case malformed
    }

    /// Of all heads and trailers of one answer together.
    static let maxBytes = 64 * 1024
    static let maxFields = 256

    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var isComplete = false
    private var bytes = 0
    private var fields = 0
    private var current: (name: String, value: String)?

    mutating func read(_ line: UnsafeRawBufferPointer) -> Progress {
        bytes += line.count
        guard bytes <= Self.maxBytes else { return .tooLarge }
        var text = line[...]
        if text.last == 0x0A { text = text.dropLast() }
        if text.last == 0x0D { text = text.dropLast() }
        if isComplete { return countField() }
        if text.isEmpty { return endHead() }
        if status == 0 || text.starts(with: "HTTP/".utf8) { return readStatus(text) }
        if text.first == 0x20 || text.first == 0x09 {
            guard current != nil else { return .malformed }
            current?.value += " " + Self.trimmed(text)
            return .more
        }
        flush()
        guard let colon = text.firstIndex(of: 0x3A), colon > text.startIndex else { return .malformed }
        current = (String(decoding: text[..<colon], as: UTF8.self), Self.trimmed(text[(colon + 1)...]))
        return countField()
    }

    private mutating func countField() -> Progress {
        fields += 1
        return fields <= Self.maxFields ? .more : .tooLarge
    }

    private mutating func readStatus(_ line: Slice<UnsafeRawBufferPointer>) -> Progress {
        headers = HTTPHeaders()
        current = nil
        let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard line.starts(with: "HTTP/".utf8), parts.count >= 2, parts[1].count == 3,
            let code = Int(String(decoding: parts[1], as: UTF8.self)), (100...999).contains(code)
        else { return .malformed }
        status = code
        return .more
    }

    private mutating func endHead() -> Progress {
        guard status != 0 else { return .malformed }
        flush()
        guard status >= 200 else {
            status = 0
            return .more
        }
        isComplete = true
        return .complete
    }

    private mutating func flush() {
        if let current { headers.add(current.name, current.value) }
        current = nil
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let start = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        let end = start.lastIndex { $0 != 0x20 && $0 != 0x09 }
        return String(decoding: end.map { start[...$0] } ?? start, as: UTF8.self)
    }
}

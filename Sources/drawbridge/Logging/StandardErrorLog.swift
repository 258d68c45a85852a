import FoundationEssentials
import Logging
import Model

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Log lines on standard error: text for people, or one JSON object a line.
struct StandardErrorLog: LogHandler {
    let format: LogFormat
    let now: @Sendable () -> Timestamp
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = merged.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        write(format == .json ? json(event.level, "\(event.message)", fields) : text(event.level, "\(event.message)", fields))
    }

    private func text(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> String {
        let suffix = fields.map { " \($0.0)=\($0.1)" }.joined()
        return "\(now().rfc3339) \(level.rawValue.uppercased()) \(Self.oneLine(message))\(Self.oneLine(suffix))\n"
    }

    private func json(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> String {
        var object = ["time": now().rfc3339Micro, "level": level.rawValue, "message": message]
        for (key, value) in fields where object[key] == nil { object[key] = value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return "" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// What servers sent stays on its line, and moves no cursor.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
    }

    /// One write a line, so that lines of several threads don't mix. What can't be written is lost: there is nowhere left to say so.
    private func write(_ line: String) {
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// `write(2)`, which a method of the same name hides.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, buffer, count) }

import Foundation

/// The first line and the headers of a message.
struct HTTPHead {
    var first: String
    var headers: [(name: String, value: String)]

    init(_ text: String) {
        let lines = text.components(separatedBy: "\r\n")
        first = lines.first ?? ""
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
    }

    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    var contentLength: Int? { self["Content-Length"].flatMap { Int($0) } }
    var isChunked: Bool { self["Transfer-Encoding"]?.lowercased().contains("chunked") ?? false }
    var bytes: [UInt8] {
        Array(([first] + headers.map { "\($0.name): \($0.value)" }).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
    }
}

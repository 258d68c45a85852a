/// A value that may not be as documented; decoding the list around it goes on, and what can't be read is seen as such.
enum Lenient<Value: Decodable & Sendable>: Decodable, Sendable {
    case value(Value)
    /// Why it can't be read, in a few words.
    case malformed(String)

    init(from decoder: any Decoder) throws {
        do {
            self = .value(try Value(from: decoder))
        } catch let error as DecodingError {
            self = .malformed(error.brief)
        }
    }
}

extension DecodingError {
    /// Where and what, without the surrounding document.
    var brief: String {
        let context: Context
        switch self {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        case .keyNotFound(let key, let found): return "\(Self.path(found.codingPath + [key])) is missing"
        @unknown default: return "not as documented"
        }
        let path = Self.path(context.codingPath)
        return (path.isEmpty ? "" : "\(path): ") + String(context.debugDescription.prefix(200))
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.suffix(6).map { $0.intValue.map { "[\($0)]" } ?? String($0.stringValue.prefix(60)) }.joined(separator: ".")
    }
}

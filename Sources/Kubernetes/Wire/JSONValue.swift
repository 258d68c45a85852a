internal import FoundationEssentials

/// A JSON document that is built here and sent: patches need explicit nulls, which synthesized Codable leaves out.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A null where there is no value: in a merge patch it takes the field off.
    init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

    /// With sorted keys: the same value gives the same bytes.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing in this type can fail to encode: there are no floating-point numbers and no keys but strings.
        guard let data = try? encoder.encode(self) else { return Array("null".utf8) }
        return Array(data)
    }
}

extension JSONValue: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

/// What a JSON document does not hold that it should.
struct UnreadableJSON: Error {
    /// Where and what, without the document's values.
    var message: String

    /// Reads a document. Unknown fields are ignored; the size is the caller's to bound, the depth is bounded by the decoder (512).
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(UnreadableJSON) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw UnreadableJSON(message: describe(error))
        } catch {
            throw UnreadableJSON(message: "it is not JSON")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return path.isEmpty ? "the document" : path
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context)) has no `\(key.stringValue)`"
        case .typeMismatch(let type, let context): return "\(place(context)) is no \(type)"
        case .valueNotFound(let type, let context): return "\(place(context)) is null, where \(type) is expected"
        case .dataCorrupted(let context): return "\(place(context)) is not valid JSON"
        @unknown default: return "it is not JSON of the expected form"
        }
    }
}

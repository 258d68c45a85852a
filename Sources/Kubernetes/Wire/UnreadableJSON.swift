internal import FoundationEssentials

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

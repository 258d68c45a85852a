import FoundationEssentials
import Model

/// How a subject token stands in a file or answer.
enum SubjectTokenFormat: Hashable, Sendable {
    case text
    case json(field: String)

    /// SAML assertions are the largest.
    static let byteLimit = 256 << 10

    /// A field that may hold anything.
    private struct Field: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    /// `nil` when there is none. White space around it is not part of it.
    ///
    /// Source: golang.org/x/oauth2, `google/externalaccount`: it trims, google-auth-library-python does not.
    func token(in bytes: [UInt8]) -> Secret? {
        guard bytes.count <= Self.byteLimit else { return nil }
        let text: String?
        switch self {
        case .text: text = String(validating: bytes, as: UTF8.self)
        case .json(let field): text = (try? JSONDecoder().decode([String: Field].self, from: Data(bytes)))?[field]?.text
        }
        guard let whole = text, let start = whole.firstIndex(where: { !$0.isWhitespace }),
            let end = whole.lastIndex(where: { !$0.isWhitespace })
        else { return nil }
        return Secret(String(whole[start...end]))
    }

    /// For people.
    var description: String {
        switch self {
        case .text: "it is empty or no text"
        case .json(let field): "it is no JSON object with the text field \(field.prefix(100))"
        }
    }
}

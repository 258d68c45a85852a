import Foundation

/// A policy document as JSON says it, where one text and a list of that one text are the same, as IAM takes them.
indirect enum PolicyTree: Decodable, Hashable {
    case texts([String])
    case list([PolicyTree])
    case object([String: PolicyTree])

    init(_ json: String) throws { self = try JSONDecoder().decode(PolicyTree.self, from: Data(json.utf8)) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .texts([text])
        } else if let texts = try? container.decode([String].self) {
            self = .texts(texts)
        } else if let list = try? container.decode([PolicyTree].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: PolicyTree].self))
        }
    }
}

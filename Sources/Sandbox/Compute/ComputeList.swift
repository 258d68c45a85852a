import Cryptography

/// What `list` and `aggregatedList` have in common: filter, order, pages.
package struct ComputeList: Sendable {
    /// One resource with its place.
    struct Item: Sendable {
        /// `regions/europe-west1`, `zones/europe-west1-b`, `global`.
        var scope: String
        var name: String
        var value: JSONValue

        var key: String { "\(scope)|\(name)" }
    }

    var filter: ComputeFilter?
    var limit: Int
    var after: String?
    var partialSuccess: Bool

    /// Reads `filter`, `maxResults` (0 to 500, 500 by default), `pageToken` and `returnPartialSuccess`.
    init(_ parameters: WireParameters) throws(ComputeError) {
        if let text = parameters["filter"], !text.isEmpty {
            guard let filter = ComputeFilter(text) else {
                throw .invalid(field: "filter", value: text, "Invalid list filter expression.")
            }
            self.filter = filter
        }
        let text = parameters["maxResults"] ?? "500"
        guard let limit = Int(text), (0...500).contains(limit) else {
            throw .invalid(field: "maxResults", value: text, "Must be between 0 and 500, inclusive.")
        }
        self.limit = limit == 0 ? 500 : limit
        if let token = parameters["pageToken"], !token.isEmpty {
            guard let bytes = Base64.decodeURL(token) else {
                throw .invalid(field: "pageToken", value: token, "The page token is invalid.")
            }
            after = String(decoding: bytes, as: UTF8.self)
        }
        partialSuccess = parameters["returnPartialSuccess"] == "true"
    }

    /// The page, and the token of the next.
    /// - Parameter startsEmpty: whether the first page holds nothing, yet names a next one.
    func page(_ items: [Item], startsEmpty: Bool) -> (items: [Item], next: String?) {
        if startsEmpty, after == nil { return ([], Base64.encodeURL([0x20])) }
        var rest = items.filter { item in filter?.matches(item.value) ?? true }.sorted { $0.key < $1.key }
        if let after { rest.removeAll { $0.key <= after } }
        let page = Array(rest.prefix(limit))
        let next = rest.count > limit ? page.last.map { Base64.encodeURL(Array($0.key.utf8)) } : nil
        return (page, next)
    }
}

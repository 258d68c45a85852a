/// Parameters of a query or of a form-encoded body, in their order.
package struct WireParameters: Sendable {
    package private(set) var pairs: [(name: String, value: String)]

    /// How many parameters are read at most; the rest is left out.
    package static let limit = 20_000

    package init(query: some StringProtocol) {
        pairs = query.split(separator: "&").prefix(Self.limit).map { part in
            guard let equals = part.firstIndex(of: "=") else {
                return (PercentEncoding.decode(part, plusIsSpace: true), "")
            }
            return (
                PercentEncoding.decode(part[..<equals], plusIsSpace: true),
                PercentEncoding.decode(part[part.index(after: equals)...], plusIsSpace: true)
            )
        }
    }

    /// The first value of that name.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    package mutating func append(_ other: WireParameters) { pairs += other.pairs }
}

import Model

/// Which Addresses are asked for: a filter for the server, and the rule that decides.
///
/// The server's filter only makes the answer smaller; `admits` is applied to whatever comes back.
struct AddressFilter: Sendable {
    /// All must match; `nil` for every external address.
    var labels: [String: String]?

    /// `(addressType = "EXTERNAL") (labels.drawbridge = "orders-db")`; terms in parentheses are joined by AND.
    ///
    /// A label whose key or value is not plain ASCII, or whose value is empty, is left to `admits`: how the server reads such a
    /// term is not documented, and
    /// an Address that it left out by mistake would look like a released one.
    /// Source: Compute Engine REST v1, `addresses.list`, parameter `filter`.
    var expression: String {
        var terms = [#"(addressType = "EXTERNAL")"#]
        for (key, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) where Self.isPlain(key) && Self.isPlain(value) {
            terms.append(#"(labels.\#(key) = "\#(value)")"#)
        }
        return terms.joined(separator: " ")
    }

    func admits(labels found: [String: String]) -> Bool {
        guard let labels else { return true }
        return labels.allSatisfy { found[$0.key] == $0.value }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }
}

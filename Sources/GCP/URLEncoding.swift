import Model

/// Percent-encoding of the parts of a URL and of form bodies. Source: RFC 3986, section 2.3 (unreserved characters).
enum URLEncoding {
    static func component(_ text: String) -> String { text.percentEncoded(lowercase: false) }

    /// One segment of a path; `nil` for one that would change the path's shape.
    static func segment(_ text: String) -> String? {
        guard !text.isEmpty, text != ".", text != "..", text.utf8.count <= 500 else { return nil }
        return component(text)
    }

    /// `a=1&b=2`, in the order given.
    static func pairs(_ pairs: [(String, String)]) -> String {
        pairs.map { component($0) + "=" + component($1) }.joined(separator: "&")
    }
}

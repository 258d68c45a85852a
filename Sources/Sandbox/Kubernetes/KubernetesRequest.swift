/// A request as the API's handler takes it, free of any HTTP framework.
package struct KubernetesRequest: Sendable {
    package var method: String
    /// Percent-encoded, without the query.
    package var path: String
    /// Percent-encoded; empty when there is none.
    package var query: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The values of a header, joined as HTTP says.
    package func header(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The Content-Type without its parameters, in lower case.
    var mediaType: String {
        let type = (header("Content-Type") ?? "").prefix { $0 != ";" }
        return type.filter { !$0.isWhitespace }.lowercased()
    }
}

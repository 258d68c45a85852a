/// A request as it came over the wire, free of any server's types: the front ends are functions of it and of the world.
package struct WireRequest: Sendable {
    package var method: String
    /// Percent-encoded, without the query.
    package var path: String
    /// Percent-encoded, without the question mark.
    package var query: String
    /// In their order, names as sent.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first value of a header.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// Who sends it, for the log of calls.
    package var caller: String { header(CallLog.callerHeader) ?? header("User-Agent") ?? "" }

    /// The path's segments, decoded.
    package var segments: [String] {
        path.split(separator: "/").map { PercentEncoding.decode($0, plusIsSpace: false) }
    }

    package var parameters: WireParameters { WireParameters(query: query) }

    /// The token of `Authorization: Bearer …`.
    package var bearerToken: String? {
        guard let value = header("Authorization"), value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst("bearer ".count).drop { $0 == " " })
    }
}

/// What of a request is signed, apart from any HTTP client: to be filled exactly as the request will be sent.
package struct SigV4Request: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: String
    /// `http` or `https`: says which port goes without saying in `host`.
    package var scheme: String
    /// The host with its port, as in a URL, without user information. A header `Host` goes before it.
    package var host: String
    /// As sent: percent-encoded, without query. Empty is sent as `/`.
    package var path: String
    /// As sent: percent-encoded (see `PercentEncoding.query`), without the question mark.
    package var query: String
    /// In their order; names are compared without regard to case.
    package var headers: [Header]
    package var body: [UInt8]

    package init(
        method: String, scheme: String, host: String, path: String, query: String, headers: [Header], body: [UInt8]
    ) {
        self.method = method
        self.scheme = scheme
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// All values of that name, in their order.
    package func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    mutating func remove(_ name: String) {
        let name = name.lowercased()
        headers.removeAll { $0.name.lowercased() == name }
    }

    /// The value of the header `Host`: lower case, without the scheme's own port.
    ///
    /// Source: RFC 9110, section 7.2, and RFC 3986, section 6.2.3; as botocore's `_host_from_url`.
    var hostHeader: String {
        let host = host.lowercased()
        let standardPort = scheme.lowercased() == "https" ? ":443" : ":80"
        return host.hasSuffix(standardPort) ? String(host.dropLast(standardPort.count)) : host
    }
}

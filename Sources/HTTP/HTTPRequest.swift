/// A request, to the last byte as it is sent.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Absolute, percent-encoded: it is sent as it stands (no dot segments are removed).
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    package var limits: HTTPLimits

    package init(_ method: String, _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil, limits: HTTPLimits) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}

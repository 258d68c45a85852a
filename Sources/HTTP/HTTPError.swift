/// A transfer that brought no whole answer.
package struct HTTPError: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// The URL or a header can't be sent.
        case malformedRequest = "malformed-request"
        case resolve
        case connect
        /// The handshake failed, or the certificate is not trusted.
        case tls
        case timeout
        /// The answer is larger than the limit.
        case tooLarge = "too-large"
        case cancelled
        /// The connection ended or was reset before the answer was whole.
        case interrupted
        /// What came back is not HTTP.
        case malformedResponse = "malformed-response"
        case `internal`
    }

    package var kind: Kind
    /// Method, scheme, host, port and path; never the query, which may carry credentials.
    package var request: String
    /// What libcurl said.
    package var message: String
    /// Whether the request may have reached the server.
    package var mayHaveBeenReceived: Bool

    package init(_ kind: Kind, request: String, message: String, mayHaveBeenReceived: Bool) {
        self.kind = kind
        self.request = request
        self.message = message
        self.mayHaveBeenReceived = mayHaveBeenReceived
    }
}

extension HTTPError: CustomStringConvertible {
    package var description: String { "\(request): \(kind.rawValue): \(message)" }
}

/// What sends requests. Clients take one as a parameter; `HTTPClient` is the one over libcurl.
package protocol HTTPTransport: Sendable {
    /// Sends a request and reads the whole answer, whatever its status. Redirects are not followed.
    ///
    /// Cancelling the task closes the transfer at once and throws `.cancelled`.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// Sends a request and returns at the head of the answer; the body is then read from it with back-pressure.
    /// Always over HTTP/1.1: over HTTP/2 libcurl buffers up to its stream window in front of a slow reader.
    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream
}

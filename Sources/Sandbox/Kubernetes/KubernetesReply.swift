/// What the API's handler answers.
package struct KubernetesReply: Sendable {
    package enum Body: Sendable {
        case whole([UInt8])
        /// Pieces to send as they come, in chunked transfer coding; the reader's end or cancellation ends the watch.
        case stream(AsyncStream<[UInt8]>)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int, headers: [(name: String, value: String)], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

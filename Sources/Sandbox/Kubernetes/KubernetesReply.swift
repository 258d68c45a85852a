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

    static func json(_ status: Int, _ value: JSONValue, type: String = "application/json") -> KubernetesReply {
        KubernetesReply(
            status: status, headers: [("Content-Type", type), ("Cache-Control", "no-cache, private")], body: .whole(value.json))
    }

    static func text(_ text: String) -> KubernetesReply {
        KubernetesReply(status: 200, headers: [("Content-Type", "text/plain; charset=utf-8")], body: .whole(Array(text.utf8)))
    }

    package static func failure(_ status: KubernetesStatus) -> KubernetesReply {
        var reply = json(status.code, status.json)
        if let seconds = status.retryAfterSeconds { reply.headers.append(("Retry-After", String(seconds))) }
        return reply
    }
}

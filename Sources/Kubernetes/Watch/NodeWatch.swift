internal import HTTP
package import Model

/// The events of one watch, in the server's order, until the server ends it. For one reader; when the reader stops, the connection
/// is closed.
///
/// Events of unknown types are passed over. After `.error` nothing follows. Failures are `.retry` (broken off) or `.permanent` (not
/// a watch's bytes).
package struct NodeWatch: AsyncSequence, Sendable {
    package typealias Element = WatchEvent
    package typealias Failure = APIError

    let stream: HTTPStream
    let call: APICall

    /// Larger than any object that etcd takes (1.5 MiB by default), as JSON.
    static let lineBytesLimit = 8 << 20

    package func makeAsyncIterator() -> Iterator {
        Iterator(body: stream.body.makeAsyncIterator(), status: stream.status, call: call)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var body: HTTPStream.Body.Iterator
        private let status: Int
        private let call: APICall
        private var buffer = LineBuffer(limitBytes: NodeWatch.lineBytesLimit)
        private var pending: [[UInt8]] = []
        private var hasEnded = false

        init(body: HTTPStream.Body.Iterator, status: Int, call: APICall) {
            self.body = body
            self.status = status
            self.call = call
        }

        package mutating func next() async throws(APIError) -> WatchEvent? {
            try await next(isolation: #isolation)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(APIError) -> WatchEvent? {
            while true {
                while !pending.isEmpty {
                    if let event = try event(pending.removeFirst()) { return event }
                }
                if hasEnded { return nil }
                try await fill(isolation: actor)
            }
        }

        private mutating func fill(isolation actor: isolated (any Actor)?) async throws(APIError) {
            let piece: [UInt8]?
            do {
                piece = try await body.next(isolation: actor)
            } catch {
                hasEnded = true
                throw APIError(error, to: call)
            }
            guard let piece else {
                hasEnded = true
                // A last line without its end is whole only if it can be read; else the stream broke off in it.
                if let rest = buffer.finish(), (try? WatchEvent(line: rest)) != nil { pending = [rest] }
                return
            }
            do {
                pending = try buffer.append(piece)
            } catch {
                hasEnded = true
                throw APIError(unreadable: "an event is longer than \(error.limitBytes) bytes", status: status, to: call)
            }
        }

        private mutating func event(_ line: [UInt8]) throws(APIError) -> WatchEvent? {
            do {
                let event = try WatchEvent(line: line)
                if case .error = event {
                    hasEnded = true
                    pending = []
                }
                return event
            } catch {
                hasEnded = true
                pending = []
                throw APIError(unreadable: error.message, status: status, to: call)
            }
        }
    }
}

extension KubernetesClient {
    /// How long after its server-side end a watch is still waited for.
    private static let watchMargin = Duration.seconds(30)

    /// Watches nodes from a resourceVersion on. Returns once the server has accepted.
    ///
    /// The server ends a watch after `timeoutSeconds`; one that is still open 30 s later is dead, and is broken off.
    /// Source: Kubernetes documentation, API concepts, "Efficient detection of changes" and "Watch bookmarks".
    ///
    /// - Throws: `.reread` (410) when the resourceVersion is too old: list again.
    package func watchNodes(
        _ selector: LabelSelector?, resourceVersion: String, timeoutSeconds: Int
    ) async throws(APIError) -> NodeWatch {
        var call = APICall(
            permission: KubernetesPermissions.watchNodes, resource: Self.describe(selector), method: "GET", path: "/api/v1/nodes")
        call.query = [
            ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
            ("timeoutSeconds", String(timeoutSeconds)),
        ]
        if let query = selector?.query, !query.isEmpty { call.query.append(("labelSelector", query)) }
        let longest = Duration.seconds(timeoutSeconds) + Self.watchMargin
        // A stream's bytes are counted by line, not in all: the limit is what a watch could bring in its time at 100 MB/s.
        let limits = HTTPLimits(connect: .seconds(10), total: longest, idle: longest, responseBytes: 1 << 40)
        return NodeWatch(stream: try await api.open(call, limits: limits), call: call)
    }
}

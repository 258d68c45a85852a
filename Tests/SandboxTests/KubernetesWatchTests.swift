import HTTP
import Locking
import Model
import Sandbox
import Testing

/// The watch as a stream of lines.
@Suite(.timeLimit(.minutes(1)))
struct KubernetesWatchTests {
    /// The events of a watch as they come.
    private struct Events {
        private var chunks: AsyncStream<[UInt8]>.Iterator
        private var buffer: [JSONValue] = []

        init(_ chunks: AsyncStream<[UInt8]>) { self.chunks = chunks.makeAsyncIterator() }

        mutating func next() async -> JSONValue? {
            while buffer.isEmpty {
                guard let chunk = await chunks.next(isolation: #isolation) else { return nil }
                buffer = chunk.split(separator: 0x0A).compactMap { JSONValue(json: Array($0)) }
            }
            return buffer.removeFirst()
        }
    }

    private func watch(_ cluster: KubernetesCluster, _ query: String, accept: String? = nil) async throws -> Events {
        let reply = await cluster.call("GET", "/api/v1/nodes", query: "watch=1&\(query)", accept: accept)
        guard reply.status == 200, case .stream(let chunks) = reply.body else {
            throw KubernetesStatus(code: reply.status, reason: "", message: "\(reply.json ?? .null)")
        }
        return Events(chunks)
    }

    private func brief(_ event: JSONValue?) -> String {
        "\(event?["type"]?.string ?? "-") \(event?[path: ["object", "metadata", "name"]]?.string ?? "-")"
    }

    /// A runtime whose sleeps return at once, and whose clock goes on by a second at each look.
    private static func hasty() -> Runtime {
        let looks = Locked(0)
        return Runtime(
            now: {
                let count = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                return Moment(instant: Instant(sinceOrigin: .seconds(count)), wall: KubernetesCluster.now)
            }, random: { 0 },
            sleep: { _ throws(CancellationError) in
                if Task.isCancelled { throw CancellationError() }
                await Task.yield()
            })
    }

    @Test(arguments: ["", "resourceVersion=", "resourceVersion=0"])
    func `without a resourceVersion the present state comes first`(query: String) async throws {
        let cluster = KubernetesCluster()
        var events = try await watch(cluster, query)
        for name in ["node-1", "node-2", "node-3"] { #expect(brief(await events.next()) == "ADDED \(name)") }
        try cluster.access.write { store in _ = store.removeNode("node-2") }
        #expect(brief(await events.next()) == "DELETED node-2")
    }

    @Test func `with a resourceVersion what came after it follows, live`() async throws {
        let cluster = KubernetesCluster()
        let version = try cluster.access.read { $0.resourceVersion }
        try cluster.access.write { store in store.join("node-4") }
        var events = try await watch(cluster, "resourceVersion=\(version)&labelSelector=cloud.google.com/gke-nodepool%3Degress")
        #expect(brief(await events.next()) == "ADDED node-4")
        try cluster.access.write { store in store.join("node-5", pool: "other") }
        try cluster.access.write { store in store.setExternalIP(node: "node-4", nil) }
        #expect(brief(await events.next()) == "MODIFIED node-4")
    }

    @Test func `too old a resourceVersion is an ERROR event, or a status where so set`() async throws {
        for asStatus in [false, true] {
            let cluster = KubernetesCluster(settings: .init(answersExpiredWatchWithStatus: asStatus))
            try cluster.access.write { store in store.forgetHistory(keeping: 0) }
            if asStatus {
                let reply = await cluster.call("GET", "/api/v1/nodes", query: "watch=true&resourceVersion=1001")
                #expect(reply.status == 410 && reply.json?["reason"] == "Expired")
            } else {
                var events = try await watch(cluster, "resourceVersion=1001")
                let event = await events.next()
                #expect(event?["type"] == "ERROR" && event?[path: ["object", "code"]] == 410)
                #expect(await events.next() == nil)
            }
        }
    }

    @Test func `a watch that falls behind the history ends with an ERROR event`() async throws {
        let cluster = KubernetesCluster()
        var events = try await watch(cluster, "")
        for _ in 0..<3 { _ = await events.next() }
        try cluster.access.write { store in
            store.join("node-4")
            store.forgetHistory(keeping: 0)
        }
        let event = await events.next()
        #expect(event?["type"] == "ERROR" && event?[path: ["object", "code"]] == 410)
        #expect(await events.next() == nil)
    }

    @Test func `bookmarks come while nothing happens, and the timeout ends the watch`() async throws {
        let cluster = KubernetesCluster(settings: .init(bookmarkInterval: .seconds(5)), runtime: KubernetesWatchTests.hasty())
        let version = try cluster.access.read { $0.resourceVersion }
        var bookmarks = 0
        var events = try await watch(cluster, "resourceVersion=\(version)&allowWatchBookmarks=true&timeoutSeconds=60")
        while let event = await events.next() {
            #expect(event["type"] == "BOOKMARK")
            #expect(event[path: ["object", "metadata", "resourceVersion"]] == .string(String(version)))
            bookmarks += 1
        }
        #expect(bookmarks == 11)
    }

    @Test func `initial events end with a marked bookmark`() async throws {
        let cluster = KubernetesCluster()
        let query = "sendInitialEvents=true&allowWatchBookmarks=true"
        var events = try await watch(cluster, "\(query)&resourceVersionMatch=NotOlderThan")
        for _ in 0..<3 { #expect(await events.next()?["type"] == "ADDED") }
        let end = await events.next()
        #expect(end?["type"] == "BOOKMARK" && end?[path: ["object", "metadata", "annotations", "k8s.io/initial-events-end"]] == "true")
        #expect(await cluster.call("GET", "/api/v1/nodes", query: "watch=1&\(query)").status == 422)
        #expect(await cluster.call("GET", "/api/v1/nodes", query: "watch=1&resourceVersionMatch=NotOlderThan").status == 422)
    }

    @Test func `a watched table names its columns once`() async throws {
        let cluster = KubernetesCluster()
        var events = try await watch(cluster, "", accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        #expect(await events.next()?[path: ["object", "columnDefinitions"]]?.array?.isEmpty == false)
        #expect(await events.next()?[path: ["object", "columnDefinitions"]] == .null)
    }

    @Test func `over HTTP the head comes before anything has happened, and a change comes at once`() async throws {
        let cluster = KubernetesCluster()
        let access = cluster.access
        try await cluster.served { port in
            let client = HTTPClient(
                .init(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests"))
            let version = try access.read { $0.resourceVersion }
            let stream = try await client.stream(
                HTTPRequest(
                    "GET", "http://127.0.0.1:\(port)/api/v1/nodes?watch=1&resourceVersion=\(version)",
                    headers: ["Authorization": "Bearer \(KubernetesCluster.token)"],
                    limits: HTTPLimits(connect: .seconds(10), total: .seconds(50), idle: .seconds(50), responseBytes: 1 << 20)))
            #expect(stream.status == 200 && stream.headers["content-type"] == "application/json")
            #expect(stream.headers["content-length"] == nil)
            try access.write { store in store.join("wire") }
            var line: [UInt8] = []
            for try await piece in stream.body {
                line += piece
                if line.last == 0x0A { break }
            }
            let event = JSONValue(json: line)
            #expect(event?["type"] == "ADDED" && event?[path: ["object", "metadata", "name"]] == "wire")
            await client.shutdown()
        }
    }
}

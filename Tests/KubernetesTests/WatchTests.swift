import HTTP
import Model
import Testing

@testable import Kubernetes

@Suite struct WatchTests {
    private static func events(_ pieces: [String], ending: HTTPError.Kind? = nil) async throws -> (
        events: [WatchEvent], error: APIError?
    ) {
        let client = KubernetesClient.scripted(ScriptedTransport([.stream(200, pieces, ending: ending)]))
        var events: [WatchEvent] = []
        do {
            for try await event in try await client.watchNodes(nil, resourceVersion: "5", timeoutSeconds: 300) { events.append(event) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    private static let transcript =
        eventJSON("ADDED", nodeJSON("a", version: "6")) + eventJSON("MODIFIED", nodeJSON("a", version: "7", ip: "192.0.2.1"))
        + bookmarkJSON("9")
        + eventJSON("DELETED", nodeJSON("a", version: "10")) + eventJSON("ERROR", statusJSON(410, "Expired"))

    private static let expected = ["added a 6", "modified a 7", "bookmark 9", "deleted a 10", "error 410 Expired said Expired"]

    private static func brief(_ event: WatchEvent) -> String {
        switch event {
        case .added(let node): "added \(node.name) \(node.resourceVersion)"
        case .modified(let node): "modified \(node.name) \(node.resourceVersion)"
        case .deleted(let node): "deleted \(node.name) \(node.resourceVersion)"
        case .bookmark(let version): "bookmark \(version)"
        case .error(let code, let reason, let message): "error \(code) \(reason) \(message)"
        }
    }

    @Test func `events are the same wherever the pieces end`() async throws {
        let text = Self.transcript
        for size in [1, 7, 64, 500, text.count] {
            var pieces: [String] = []
            var rest = Substring(text)
            while !rest.isEmpty {
                pieces.append(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let (events, error) = try await Self.events(pieces)
            #expect(events.map(Self.brief) == Self.expected && error == nil, "pieces of \(size)")
        }
    }

    @Test func `the request asks for bookmarks, from the given version, within a time`() async throws {
        let transport = ScriptedTransport([.stream(200, [], ending: nil)])
        let client = KubernetesClient.scripted(transport)
        _ = try await client.watchNodes(.nodePools(["p"]), resourceVersion: "5", timeoutSeconds: 321)
        #expect(
            await transport.targets == [
                "/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=321&labelSelector=cloud.google.com%2Fgke-nodepool%20in%20%28p%29"
            ])
        let limits = try #require(await transport.requests.first?.limits)
        #expect(limits.total == .seconds(351) && limits.idle == .seconds(351))
    }

    @Test func `an event of an unknown type is passed over, and nothing follows an error`() async throws {
        let text =
            eventJSON("NOVELTY", "[]") + bookmarkJSON("6") + eventJSON("ERROR", statusJSON(500, "InternalError")) + bookmarkJSON("7")
        #expect(try await Self.events([text]).events.map(Self.brief) == ["bookmark 6", "error 500 InternalError said InternalError"])
    }

    @Test func `a stream that breaks off is worth another try, and what came before it counts`() async throws {
        let (events, error) = try await Self.events([bookmarkJSON("6"), "{\"type\":\"ADD"], ending: .interrupted)
        #expect(events.count == 1)
        #expect(error?.disposition == .retry(after: nil) && error?.code == "interrupted")
    }

    @Test func `a clean end in the middle of a line loses that line only`() async throws {
        let (events, error) = try await Self.events([bookmarkJSON("6"), "{\"type\":\"ADD"])
        #expect(events.map(Self.brief) == ["bookmark 6"] && error == nil)
    }

    @Test func `a last line without its end counts if it is whole`() async throws {
        let (events, error) = try await Self.events([String(bookmarkJSON("6").dropLast())])
        #expect(events.map(Self.brief) == ["bookmark 6"] && error == nil)
    }

    @Test(arguments: [
        "<html>\n", "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{}}}\n", "{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}\n",
    ])
    func `what is no event is an error`(text: String) async throws {
        let (events, error) = try await Self.events([text])
        #expect(events.isEmpty && error?.code == "unreadable-answer")
    }

    @Test func `an event without end is refused`() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let (_, error) = try await Self.events(Array(repeating: piece, count: 9))
        #expect(error?.message.contains("longer than") == true)
    }

    @Test func `a watch from too far back is told by its status`() async throws {
        let client = KubernetesClient.scripted(ScriptedTransport([.status(410, "Expired")]))
        let error = await failure { () throws(APIError) in try await client.watchNodes(nil, resourceVersion: "1", timeoutSeconds: 300)
        }
        #expect(error?.httpStatus == 410 && error?.disposition == .reread && error?.operation == "watch nodes")
    }

    @Test func `a refused watch authenticates again once`() async throws {
        let files = FileReader.counting("")
        let transport = ScriptedTransport([.status(401, "Unauthorized"), .stream(200, [], ending: nil)])
        let client = KubernetesClient.scripted(transport, authentication: .tokenFile(path: "/t", fallback: nil), files: files)
        _ = try await client.watchNodes(nil, resourceVersion: "1", timeoutSeconds: 300)
        #expect(await transport.authorizations == ["Bearer 1", "Bearer 2"])
    }
}

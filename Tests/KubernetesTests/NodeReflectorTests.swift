import Foundation
import HTTP
import Model
import Testing

@testable import Kubernetes

@Suite struct NodeReflectorTests {
    /// Runs a reflector until its script is used up and it waits for more.
    private static func run(_ steps: [ScriptedTransport.Step]) async -> (changes: [NodeChange], troubles: [String], targets: [String]) {
        let transport = ScriptedTransport(steps)
        let clock = TestClock()
        let changes = Box<[NodeChange]>([])
        let troubles = Box<[String]>([])
        let reflector = NodeReflector(
            client: .scripted(transport, clock: clock), selector: nil, runtime: clock.runtime,
            onChange: { change in changes.with { $0.append(change) } }, onTrouble: { error in troubles.with { $0.append(error.code) } }
        )
        let task = Task { await reflector.run() }
        // The request beyond the script is the sign that all before it has been taken in.
        while await transport.requests.count <= steps.count { await Task.yield() }
        task.cancel()
        await task.value
        return (changes.with { $0 }, troubles.with { $0 }, await transport.targets)
    }

    private static func watch(_ version: String) -> String {
        "/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion=\(version)&timeoutSeconds=450"
    }

    private static let list = "/api/v1/nodes?limit=500"
    /// The first one was short.
    private static let nextList = "/api/v1/nodes?limit=25"

    @Test func `list, watch, bookmark, clean end, watch from the bookmark`() async {
        let result = await Self.run([
            .answer(200, listJSON([nodeJSON("a")], version: "5")),
            .stream(200, [eventJSON("ADDED", nodeJSON("b", version: "6")), bookmarkJSON("9")], ending: nil),
            .stream(200, [eventJSON("MODIFIED", nodeJSON("b", version: "12", heartbeat: "2026-03-01T12:05:00Z"))], ending: nil),
        ])
        #expect(result.changes == [.appeared(name: "a"), .appeared(name: "b")])
        #expect(result.troubles.isEmpty)
        #expect(result.targets == [Self.list, Self.watch("5"), Self.watch("9"), Self.watch("12")])
    }

    @Test func `a broken stream goes on from the last event`() async {
        let result = await Self.run([
            .answer(200, listJSON([], version: "5")),
            .stream(200, [eventJSON("ADDED", nodeJSON("a", version: "6")), #"{"type":"MODI"#], ending: .interrupted),
            .failure(.connect, mayHaveBeenReceived: false),
            .stream(200, [eventJSON("DELETED", nodeJSON("a", version: "8"))], ending: nil),
        ])
        #expect(result.changes == [.appeared(name: "a"), .disappeared(name: "a")])
        #expect(result.troubles == ["interrupted", "connect"])
        #expect(result.targets == [Self.list, Self.watch("5"), Self.watch("6"), Self.watch("6"), Self.watch("8")])
    }

    @Test func `410 as a status and as an event both list again`() async {
        let result = await Self.run([
            .answer(200, listJSON([nodeJSON("a")], version: "5")), .status(410, "Expired"),
            .answer(200, listJSON([nodeJSON("a")], version: "20")),
            .stream(200, [bookmarkJSON("21"), eventJSON("ERROR", statusJSON(410, "Expired"))], ending: nil),
            .answer(200, listJSON([nodeJSON("b")], version: "30")), .stream(200, [bookmarkJSON("31")], ending: nil),
        ])
        #expect(result.changes == [.appeared(name: "a"), .appeared(name: "b"), .disappeared(name: "a")])
        #expect(
            result.targets == [
                Self.list, Self.watch("5"), Self.nextList, Self.watch("20"), Self.nextList, Self.watch("30"), Self.watch("31"),
            ])
    }

    @Test func `410 on a page of the list is met within the list`() async {
        let result = await Self.run([
            .answer(200, listJSON([nodeJSON("a")], version: "5", token: "t")), .status(410, "Expired"),
            .answer(200, listJSON([nodeJSON("a"), nodeJSON("b")], version: "6")),
        ])
        #expect(result.changes == [.appeared(name: "a"), .appeared(name: "b")])
        #expect(result.targets == [Self.list, Self.list + "&continue=t", "/api/v1/nodes", Self.watch("6")])
    }

    @Test func `a denied list is told, and tried again`() async {
        let result = await Self.run([.status(403, "Forbidden"), .answer(200, listJSON([nodeJSON("a")], version: "5"))])
        #expect(result.troubles == ["Forbidden"])
        #expect(result.changes == [.appeared(name: "a")])
        #expect(result.targets == [Self.list, Self.list, Self.watch("5")])
    }
}

@Suite struct KubernetesPermissionsTests {
    /// The verb and resource that the API server derives from a request. Source: Kubernetes documentation, "Authorization Overview",
    /// request verbs.
    private static func permission(_ request: HTTPRequest) throws -> String {
        let parts = try #require(URLComponents(string: request.url))
        let path = parts.path.split(separator: "/").map(String.init).drop { $0 != "api" && $0 != "apis" }.map { $0 }
        let group = path[0] == "api" ? "" : path[1]
        var rest = Array(path.dropFirst(group.isEmpty ? 2 : 3))
        if rest.first == "namespaces" { rest.removeFirst(2) }
        let isWatch = parts.queryItems?.contains { $0.name == "watch" } ?? false
        let verb =
            switch request.method {
            case "GET": isWatch ? "watch" : rest.count == 1 ? "list" : "get"
            case "POST": "create"
            case "PATCH": "patch"
            case "PUT": "update"
            default: request.method
            }
        return group.isEmpty ? "\(verb) \(rest[0])" : "\(verb) \(rest[0]).\(group)"
    }

    @Test func `the permissions listed are those that all calls together use`() async throws {
        let lease = #"{"metadata":{"name":"l","namespace":"ops","resourceVersion":"8"},"spec":{}}"#
        let transport = ScriptedTransport([
            .answer(200, listJSON([])), .stream(200, [], ending: nil), .answer(200, nodeJSON("n")), .answer(200, nodeJSON("n")),
            .answer(200, nodeJSON("n")),
            .answer(200, lease), .answer(200, lease), .answer(200, lease), .answer(200, lease), .answer(201, "{}"), .answer(200, "{}"),
            .answer(200, lease), .status(404, "NotFound"), .answer(201, lease),
        ])
        let client = KubernetesClient.scripted(transport)
        _ = try await client.listNodes(nil)
        _ = try await client.watchNodes(nil, resourceVersion: "1", timeoutSeconds: 300)
        let found = try await client.getNode("n")
        _ = try await client.setAnnotation("k", to: "v", on: found)
        _ = try await client.removeTaint("k", from: node("n", taints: [Taint(key: "k", value: nil, effect: "NoSchedule")]))
        let held = try await client.getLease("l", namespace: "ops")
        _ = try await client.createLease(held)
        _ = try await client.updateLease(held)
        _ = try await client.setLeaseAnnotation("k", to: nil, on: held)
        let event = NodeEvent(regarding: .node(name: "n", uid: "u"), severity: .normal, reason: "R", message: "m")
        let record = try await client.createEvent(
            event, name: "n.1", reportingComponent: "c", reportingInstance: "i", at: Timestamp(secondsSinceEpoch: 0))
        try await client.patchEvent(record, last: Timestamp(secondsSinceEpoch: 0))
        _ = try await client.getConfigMap("m", namespace: "ops")
        try await client.patchConfigMap("m", namespace: "ops", data: ["a": "b"])
        let used = try await transport.requests.map(Self.permission)
        #expect(Set(used) == Set(KubernetesPermissions.used.map(\.description)))
        #expect(await transport.remaining == 0)
    }
}

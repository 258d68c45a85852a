import Foundation
import HTTP
import Model
import Testing

@testable import Kubernetes

@Suite struct NodeListTests {
    private static let pool = LabelSelector.nodePools(["egress", "b"])

    @Test func `pages are followed to the end, and come sorted`() async throws {
        let transport = ScriptedTransport([
            .answer(200, listJSON([nodeJSON("b")], token: "t/1+")), .answer(200, listJSON([], token: "t2")),
            .answer(200, listJSON([nodeJSON("a", ip: "192.0.2.7")], version: "101")),
        ])
        let list = try await KubernetesClient.scripted(transport).listNodes(Self.pool)
        #expect(list.items.map(\.name) == ["a", "b"])
        #expect(list.resourceVersion == "101")
        #expect(list.items[0].externalIPs == [IPAddress("192.0.2.7")!])
        let selector = "labelSelector=cloud.google.com%2Fgke-nodepool%20in%20%28b%2Cegress%29&limit=500"
        #expect(
            await transport.targets == [
                "/api/v1/nodes?\(selector)", "/api/v1/nodes?\(selector)&continue=t%2F1%2B", "/api/v1/nodes?\(selector)&continue=t2",
            ])
    }

    @Test func `only what matters is read of a node, and only our annotations are kept`() async throws {
        let text =
            #"{"metadata":{"name":"n","uid":"u","resourceVersion":"7","labels":{"a":"b"},"annotations":{"drawbridge.dev/claim":"{}","#
            + #""container.googleapis.com/instance_id":"42","other.io/large":"x"},"deletionTimestamp":"2026-03-01T12:00:00Z","creationTimestamp":"2026-03-01T10:00:00Z","managedFields":[{}]},"#
            + #""spec":{"providerID":"gce://p/z-a/n","unschedulable":true,"taints":[{"key":"k","effect":"NoExecute","timeAdded":"2026-03-01T11:00:00Z"}]},"#
            + #""status":{"conditions":[{"type":"Ready","status":"Unknown"}],"addresses":[{"type":"ExternalIP","address":"2001:db8::1"},{"type":"ExternalIP","address":"odd"},{"type":"Hostname","address":"192.0.2.1"}]}}"#
        let node = try await KubernetesClient.scripted(ScriptedTransport([.answer(200, text)])).getNode("n")
        #expect(
            node
                == Node(
                    name: "n", uid: "u", resourceVersion: "7", labels: ["a": "b"],
                    annotations: ["drawbridge.dev/claim": "{}", "container.googleapis.com/instance_id": "42"],
                    taints: [Taint(key: "k", value: nil, effect: "NoExecute", timeAdded: "2026-03-01T11:00:00Z")],
                    providerID: "gce://p/z-a/n",
                    externalIPs: [IPAddress("2001:db8::1")!], isUnschedulable: true, isReady: false, isBeingDeleted: true,
                    createdAt: Timestamp(rfc3339: "2026-03-01T10:00:00Z")!))
    }

    @Test func `a bare node that just registered is read`() async throws {
        let bare = #"{"metadata":{"name":"n","uid":"u","resourceVersion":"1"},"spec":{},"status":{}}"#
        let node = try await KubernetesClient.scripted(ScriptedTransport([.answer(200, bare)])).getNode("n")
        #expect(node.providerID == nil && node.taints.isEmpty && !node.isReady && node.instance == nil)
    }

    @Test func `an expired continue token makes the list be read whole, once`() async throws {
        let transport = ScriptedTransport([
            .answer(200, listJSON([nodeJSON("a")], token: "t")), .status(410, "Expired"),
            .answer(200, listJSON([nodeJSON("a"), nodeJSON("b")], version: "200")),
        ])
        let list = try await KubernetesClient.scripted(transport).listNodes(nil)
        #expect(list.items.map(\.name) == ["a", "b"] && list.resourceVersion == "200")
        #expect(await transport.targets == ["/api/v1/nodes?limit=500", "/api/v1/nodes?limit=500&continue=t", "/api/v1/nodes"])
    }

    @Test func `a 410 that does not concern a token is an error`() async throws {
        let transport = ScriptedTransport([.status(410, "Expired")])
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).listNodes(nil) }
        #expect(error?.disposition == .reread && error?.httpStatus == 410)
    }

    @Test func `a list without end is given up`() async throws {
        let transport = ScriptedTransport(Array(repeating: .answer(200, listJSON([], token: "again")), count: 100))
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).listNodes(nil) }
        #expect(error?.message.contains("more than 40 pages of 500") == true)
        #expect(await transport.requests.count == 40)
    }

    @Test func `a list that was short the last time comes in short pages, a long one in long pages`() async throws {
        func answer(_ count: Int) -> ScriptedTransport.Step { .answer(200, listJSON((0..<count).map { nodeJSON("n\($0)") })) }
        let transport = ScriptedTransport([answer(400), answer(401), answer(1), answer(1), answer(1)])
        let client = KubernetesClient.scripted(transport)
        for _ in 0..<3 { _ = try await client.listNodes(nil) }
        _ = try await client.listNodes(Self.pool)
        _ = try await client.listNodes(nil)
        #expect(await transport.targets.map { $0.contains("limit=25") } == [false, true, false, false, true])
    }

    @Test func `an answer nested without end is refused`() async throws {
        let nested = String(repeating: "[", count: 200_000)
        for body in [
            nested, #"{"metadata":{"resourceVersion":"1"},"items":"# + nested,
            #"{"x":"# + nested + String(repeating: "]", count: 200_000) + "}",
        ] {
            let error = await failure { () throws(APIError) in
                try await KubernetesClient.scripted(ScriptedTransport([.answer(200, body)])).listNodes(nil)
            }
            #expect(error?.code == "unreadable-answer")
        }
    }

    @Test(arguments: [
        ("<html>", "not valid JSON"), ("{}", "has no `metadata`"), (#"{"metadata":{"resourceVersion":"1"}}"#, "it is no list"),
        (#"{"metadata":{},"items":[]}"#, "no resourceVersion"),
        (#"{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{}}]}"#, "a node has no name"),
        (#"{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":7}}]}"#, ".items[0].metadata.name is no String"),
    ])
    func `an answer that can't be read is an error, never an empty list`(body: String, problem: String) async throws {
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(ScriptedTransport([.answer(200, body)])).listNodes(nil)
        }
        #expect(error?.code == "unreadable-answer" && error?.disposition == .permanent)
        #expect(error?.message.contains(problem) == true, "\(String(describing: error))")
    }
}

@Suite struct NodePatchTests {
    private static func json(_ text: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }

    @Test(arguments: [("v1" as String?, "\"v1\""), (nil, "null")])
    func `an annotation is set or taken off under the node's uid and resourceVersion`(value: String?, expected: String) async throws {
        let transport = ScriptedTransport([.answer(200, nodeJSON("n", version: "11"))])
        let patched = try await KubernetesClient.scripted(transport).setAnnotation("drawbridge.dev/claim", to: value, on: node("n"))
        #expect(patched.resourceVersion == "11")
        let request = try #require(await transport.requests.first)
        #expect(request.method == "PATCH" && request.url == "https://api.test/base/api/v1/nodes/n")
        #expect(request.headers["Content-Type"] == "application/merge-patch+json")
        #expect(
            await transport.bodies == [
                #"{"metadata":{"annotations":{"drawbridge.dev/claim":\#(expected)},"resourceVersion":"10","uid":"u-1"}}"#
            ])
    }

    @Test func `taking a taint off keeps the taints of others, to the letter`() async throws {
        let taints = [
            Taint(key: "a", value: "", effect: "NoExecute", timeAdded: "2026-03-01T11:22:33Z"),
            Taint(key: "ours", value: "x", effect: "NoSchedule"),
            Taint(key: "ours", value: nil, effect: "NoExecute"), Taint(key: "ours.not", value: nil, effect: "PreferNoSchedule"),
        ]
        let transport = ScriptedTransport([.answer(200, nodeJSON("n"))])
        _ = try await KubernetesClient.scripted(transport).removeTaint("ours", from: node("n", taints: taints))
        let body = try Self.json(try #require(await transport.bodies.first))
        let expected = try Self.json(
            #"{"metadata":{"resourceVersion":"10","uid":"u-1"},"spec":{"taints":[{"key":"a","value":"","effect":"NoExecute","timeAdded":"2026-03-01T11:22:33Z"},{"key":"ours.not","effect":"PreferNoSchedule"}]}}"#
        )
        #expect(body == expected)
    }

    @Test func `the last taint goes with the list`() async throws {
        let transport = ScriptedTransport([.answer(200, nodeJSON("n"))])
        _ = try await KubernetesClient.scripted(transport).removeTaint(
            "k", from: node("n", taints: [Taint(key: "k", value: nil, effect: "NoSchedule")]))
        #expect(await transport.bodies == [#"{"metadata":{"resourceVersion":"10","uid":"u-1"},"spec":{"taints":null}}"#])
    }

    @Test func `a taint that isn't there costs no call`() async throws {
        let transport = ScriptedTransport([])
        let other = node("n", taints: [Taint(key: "other", value: nil, effect: "NoSchedule")])
        #expect(try await KubernetesClient.scripted(transport).removeTaint("k", from: other) == other)
        #expect(await transport.requests.isEmpty)
    }

    @Test func `a node that changed since is read again, not overwritten`() async throws {
        let transport = ScriptedTransport([.status(409, "Conflict")])
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(transport).setAnnotation("k", to: "v", on: node("n"))
        }
        #expect(error?.disposition == .reread && error?.mayHaveTakenEffect == false && error?.code == "Conflict")
        #expect(await transport.requests.count == 1)
    }

    @Test func `without a precondition nothing is sent`() async throws {
        let transport = ScriptedTransport([])
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(transport).setAnnotation("k", to: "v", on: node("n", version: ""))
        }
        #expect(error?.code == "no-precondition" && error?.disposition == .reread)
    }
}

@Suite struct RetryTests {
    @Test(arguments: [429, 500, 503, 504])
    func `a read is repeated, and waits as long as the server says`(status: Int) async throws {
        let clock = TestClock()
        let transport = ScriptedTransport([
            .status(status, "Busy", headers: ["Retry-After": "3"]), .failure(.interrupted, mayHaveBeenReceived: true),
            .answer(200, nodeJSON("n")),
        ])
        #expect(try await KubernetesClient.scripted(transport, clock: clock).getNode("n").name == "n")
        #expect(clock.slept.with { $0.first } == .seconds(3))
        #expect(await transport.requests.count == 3)
    }

    @Test func `a read that keeps failing is given up`() async throws {
        let transport = ScriptedTransport(Array(repeating: .status(503, "ServiceUnavailable"), count: 10))
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).getNode("n") }
        #expect(error?.disposition == .retry(after: nil))
        #expect(await transport.requests.count == 4)
    }

    @Test func `a write is repeated when it was turned away or never arrived`() async throws {
        let transport = ScriptedTransport([
            .status(429, "TooManyRequests", headers: ["Retry-After": "1"]), .failure(.connect, mayHaveBeenReceived: false),
            .answer(200, nodeJSON("n")),
        ])
        _ = try await KubernetesClient.scripted(transport).setAnnotation("k", to: "v", on: node("n"))
        #expect(await transport.requests.count == 3)
    }

    @Test(arguments: [
        ScriptedTransport.Step.failure(.timeout, mayHaveBeenReceived: true), .failure(.interrupted, mayHaveBeenReceived: true),
        .failure(.tooLarge, mayHaveBeenReceived: true), .status(500, "InternalError"), .status(503, "ServiceUnavailable"),
        .status(504, "Timeout"),
        .answer(200, "{"),
    ])
    func `a write whose fate is not known is not repeated`(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport([step])
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(transport).setAnnotation("k", to: "v", on: node("n"))
        }
        #expect(error?.disposition == .reread && error?.mayHaveTakenEffect == true)
        #expect(await transport.requests.count == 1)
    }

    @Test(arguments: [
        (400, "BadRequest", APIError.Disposition.permanent), (401, "Unauthorized", .denied), (403, "Forbidden", .denied),
        (404, "NotFound", .missing),
        (405, "MethodNotAllowed", .permanent), (409, "Conflict", .reread), (409, "AlreadyExists", .reread), (410, "Gone", .reread),
        (422, "Invalid", .permanent), (302, "Found", .permanent),
    ])
    func `each answer has its disposition`(code: Int, reason: String, expected: APIError.Disposition) async throws {
        let transport = ScriptedTransport([.status(code, reason, headers: ["Audit-Id": "audit-7"])])
        let error = await failure { () throws(APIError) in try await KubernetesClient.scripted(transport).getNode("n") }
        #expect(error?.disposition == expected && error?.code == reason && error?.httpStatus == code)
        let advice = [
            401: "; check the credentials of the kubeconfig's user, or of the service account",
            403: "; allow get nodes (deploy/manifests/10-rbac.yaml)",
        ]
        #expect(
            error?.description
                == "kubernetes get nodes on node n: \(reason) (HTTP \(code)): said \(reason)\(advice[code] ?? "") (request id audit-7)")
    }

    @Test func `the delay may stand in the Status`() async throws {
        let clock = TestClock()
        let body = #"{"kind":"Status","reason":"ServerTimeout","code":500,"details":{"retryAfterSeconds":7}}"#
        _ = try await KubernetesClient.scripted(ScriptedTransport([.answer(500, body), .answer(200, nodeJSON("n"))]), clock: clock)
            .getNode("n")
        #expect(clock.slept.with { $0 } == [.seconds(7)])
    }

    @Test func `an answer that is no Status says so`() async throws {
        let error = await failure { () throws(APIError) in
            try await KubernetesClient.scripted(ScriptedTransport([.answer(404, "<html>nginx</html>")])).getNode("n")
        }
        #expect(error?.code == "http-404" && error?.isMissing == true)
        #expect(error?.message.contains("is this the API server's address?") == true)
    }
}

import Model
import Sandbox
import Testing

/// The API as a handler: requests in, replies out.
struct KubernetesAPITests {
    private let cluster = KubernetesCluster()

    @Test func `without a known token there is 401, except for health and version`() async {
        for token in [nil, "wrong"] {
            let reply = await cluster.call("GET", "/api/v1/nodes", token: token)
            #expect(reply.status == 401 && reply.json?["reason"] == "Unauthorized")
            #expect(await cluster.call("GET", "/api/v1/nothing", token: token).status == 401)
        }
        #expect(await cluster.call("GET", "/healthz", token: nil).bytes == Array("ok".utf8))
        #expect(await cluster.call("GET", "/version", token: nil).json?["major"] == "1")
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "/api/v2", 404), ("GET", "/api/v1/widgets", 404), ("GET", "/apis/apps/v1/deployments", 404),
        ("GET", "/api/v1/nodes/node-1/scale", 404), ("GET", "/api/v1/namespaces/default/nodes", 404), ("PUT", "/api/v1/nodes", 405),
        ("POST", "/api/v1/nodes/node-1", 405), ("DELETE", "/api/v1/nodes", 405), ("POST", "/api", 405),
        ("POST", "/api/v1/configmaps", 405), ("GET", "/api/v1/nodes/absent", 404), ("DELETE", "/api/v1/nodes/node-1/status", 405),
    ])
    func `what is not there answers a Status`(method: String, path: String, status: Int) async {
        let reply = await cluster.call(method, path, body: [:])
        #expect(reply.status == status)
        #expect(reply.json?["kind"] == "Status" && reply.json?["code"]?.integer == Int64(status))
    }

    @Test func `a denial names user, verb, resource and scope`() async {
        let cluster = KubernetesCluster(denials: [
            .init(user: "alice", verb: "patch", resource: "nodes/status"), .init(verb: "create", group: "coordination.k8s.io"),
        ])
        let status = await cluster.call("PATCH", "/api/v1/nodes/node-1/status", body: [:], type: "application/merge-patch+json")
        #expect(status.status == 403)
        #expect(
            status.json?["message"]
                == "nodes \"node-1\" is forbidden: User \"alice\" cannot patch resource \"nodes/status\" in API group \"\" at the cluster scope"
        )
        let lease = await cluster.call("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", body: [:])
        #expect(
            lease.json?["message"]
                == "leases.coordination.k8s.io is forbidden: User \"alice\" cannot create resource \"leases\" in API group \"coordination.k8s.io\" in the namespace \"default\""
        )
        #expect(await cluster.call("PATCH", "/api/v1/nodes/node-1", body: [:], type: "application/merge-patch+json").status == 200)
    }

    @Test func `a dry run answers as the real one and changes nothing`() async throws {
        let before = try cluster.access.read { $0.objects }
        let patch: JSONValue = ["spec": ["unschedulable": true]]
        let reply = await cluster.call(
            "PATCH", "/api/v1/nodes/node-1", query: "dryRun=All", body: patch, type: "application/merge-patch+json")
        #expect(reply.json?[path: ["spec", "unschedulable"]] == true)
        #expect(await cluster.call("DELETE", "/api/v1/nodes/node-1", query: "dryRun=All").status == 200)
        #expect(await cluster.call("DELETE", "/api/v1/nodes/node-1", query: "dryRun=Some").status == 422)
        #expect(try cluster.access.read { $0.objects } == before)
    }

    @Test func `bodies are bounded, JSON, and of a known kind`() async {
        let small = KubernetesCluster(settings: .init(bodyLimit: 10))
        #expect(await small.call("POST", "/api/v1/nodes", body: ["metadata": ["name": "x"]]).status == 413)
        let body: JSONValue = ["metadata": ["name": "x"]]
        #expect(await cluster.call("POST", "/api/v1/nodes", body: body, type: "application/yaml").status == 415)
        #expect(await cluster.call("POST", "/api/v1/nodes", body: body, type: "application/vnd.kubernetes.protobuf").status == 415)
        #expect(await cluster.call("PATCH", "/api/v1/nodes/node-1", body: body, type: "application/apply-patch+yaml").status == 415)
        #expect(await cluster.call("POST", "/api/v1/nodes", body: ["kind": "Pod", "apiVersion": "v1"]).status == 400)
        #expect(await cluster.call("POST", "/api/v1/nodes").status == 400)
        #expect(await cluster.call("POST", "/api/v1/nodes", body: body).status == 201)
    }

    @Test func `the Accept header chooses the representation, and JSON is the last resort`() async {
        func get(_ accept: String, _ path: String = "/api/v1/nodes") async -> JSONValue? {
            await cluster.call("GET", path, accept: accept).json
        }
        #expect(await get("application/vnd.kubernetes.protobuf")?["kind"] == "NodeList")
        #expect(await get("application/vnd.kubernetes.protobuf,application/json")?["kind"] == "NodeList")
        let table = await get("application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
        #expect(table?["kind"] == "Table" && table?["rows"]?.array?.count == 3)
        #expect(table?["rows"]?.array?.first?["object"]?["kind"] == "PartialObjectMetadata")
        let partial = await get("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
        #expect(partial?["kind"] == "PartialObjectMetadataList" && partial?["items"]?.array?.first?["spec"] == nil)
        #expect(partial?["items"]?.array?.first?["metadata"]?["labels"]?["cloud.google.com/gke-nodepool"] == "egress")
        let one = await get("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", "/api/v1/nodes/node-1")
        #expect(one?["kind"] == "PartialObjectMetadata")
        let aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        #expect(await get(aggregated, "/apis")?["kind"] == "APIGroupDiscoveryList")
        #expect(await get("application/json", "/apis")?["kind"] == "APIGroupList")
    }

    @Test func `a list is told in pages over the wire`() async throws {
        let path = "/api/v1/nodes"
        let first = await cluster.call("GET", path, query: "limit=2&labelSelector=kubernetes.io%2Fos%3Dlinux")
        let token = try #require(first.json?[path: ["metadata", "continue"]]?.string)
        let escaped = token.replacing("=", with: "%3D").replacing("+", with: "%2B")
        let second = await cluster.call("GET", path, query: "limit=2&labelSelector=kubernetes.io/os=linux&continue=\(escaped)")
        #expect(first.json?["items"]?.array?.count == 2 && second.json?["items"]?.array?.count == 1)
        #expect(second.json?[path: ["metadata", "continue"]] == nil)
        #expect(await cluster.call("GET", path, query: "continue=nonsense").status == 400)
        #expect(await cluster.call("GET", path, query: "limit=x").status == 400)
    }

    @Test func `reviews tell who a token is and what is allowed`() async {
        let review = await cluster.call(
            "POST", "/apis/authentication.k8s.io/v1/tokenreviews", body: ["spec": ["token": .string(KubernetesCluster.token)]])
        #expect(review.status == 201 && review.json?[path: ["status", "user", "username"]] == "alice")
        let unknown = await cluster.call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body: ["spec": ["token": "x"]])
        #expect(unknown.json?[path: ["status", "authenticated"]] == false)
    }

    @Test(arguments: [
        (-3, "<invalid>"), (5, "5s"), (119, "119s"), (120, "2m"), (330, "5m30s"), (3600, "60m"), (11_400, "3h10m"), (40_000, "11h"),
        (180_000, "2d2h"), (800_000, "9d"),
    ])
    func `an age is told as kubectl tells it`(seconds: Int, text: String) async throws {
        let now = Runtime.system.now().wall
        try cluster.access.write { $0.join("aged", now: now + .seconds(-seconds)) }
        let runtime = Runtime(now: { Moment(instant: Instant(sinceOrigin: .zero), wall: now) }, random: { 0 }, sleep: { _ in })
        let api = KubernetesAPI(access: cluster.access, settings: .init(), runtime: runtime)
        let reply = await api.respond(
            to: KubernetesRequest(
                method: "GET", path: "/api/v1/nodes/aged", query: "",
                headers: [
                    ("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"), ("authorization", "bearer \(KubernetesCluster.token)"),
                ],
                body: []))
        #expect(reply.json?["rows"]?.array?.first?["cells"]?.array?[3] == .string(text))
    }
}

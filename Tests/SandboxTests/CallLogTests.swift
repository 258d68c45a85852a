import Foundation
import HTTP
import Model
import Sandbox
import Testing

/// What the log of calls tells: who called what, when it took effect, and what it no longer knows.
@Suite struct CallLogTests {
    @Test func `calls of Kubernetes are recorded with their caller, and writes with the time of their effect`() async throws {
        try await ServedClouds.run { clouds in
            let client = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests/1"))
            let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 1 << 20)
            let node = try #require(clouds.servers.box.snapshot.nodes.values.map(\.name).min())
            func send(_ method: String, _ path: String, _ body: String? = nil, as caller: String? = nil) async throws -> Int {
                var headers: HTTPHeaders = ["Authorization": "Bearer \(clouds.scenario.kubernetesToken.exposed)"]
                if body != nil { headers.add("Content-Type", "application/merge-patch+json") }
                if let caller { headers.add(CallLog.callerHeader, caller) }
                let request = HTTPRequest(
                    method, clouds.servers.endpoints.kubernetes + path, headers: headers, body: body.map { Array($0.utf8) }, limits: limits)
                return try await client.send(request).status
            }
            #expect(try await send("GET", "/api/v1/nodes?labelSelector=a%3Db") == 200)
            #expect(try await send("PATCH", "/api/v1/nodes/\(node)", #"{"metadata":{"annotations":{"a":"b"}}}"#, as: "first") == 200)
            #expect(try await send("PATCH", "/api/v1/nodes/none", "{}", as: "second") == 404)
            let calls = clouds.servers.box.snapshot.calls.recent.filter { $0.api == .kubernetes }
            #expect(calls.map(\.operation) == ["nodes.list", "nodes.patch", "nodes.patch"])
            #expect(calls.map(\.caller) == ["tests/1", "first", "second"])
            #expect(calls.map(\.resource) == ["", node, "none"])
            #expect(calls.map(\.outcome) == [.answered(status: 200), .answered(status: 200), .refused(status: 404, code: "404")])
            #expect(calls[0].effectAt == nil && calls[2].effectAt == nil)
            #expect(try #require(calls[1].effectAt) >= calls[1].time)
            await client.shutdown()
        }
    }

    @Test(arguments: [
        ("GET", "/api/v1/nodes?watch=true&resourceVersion=1", "nodes.watch", ""),
        ("GET", "/apis/coordination.k8s.io/v1/namespaces/default/leases/drawbridge", "leases.get", "default/drawbridge"),
        ("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", "leases.create", "default"),
        ("PUT", "/apis/coordination.k8s.io/v1/namespaces/default/leases/drawbridge", "leases.update", "default/drawbridge"),
        ("POST", "/api/v1/namespaces/default/events", "events.create", "default"),
        ("PATCH", "/api/v1/nodes/n/status", "nodes/status.patch", "n"), ("GET", "/nowhere", "unknown", "/nowhere"),
    ])
    func `a request to Kubernetes is named by resource and verb`(
        _ method: String, _ target: String, _ operation: String, _ resource: String
    ) {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let call = WireCall(kubernetes: WireRequest(method: method, path: parts[0], query: parts.count > 1 ? parts[1] : ""))
        #expect(call == WireCall(operation: operation, resource: resource))
    }

    @Test func `what the log had to forget is counted`() {
        var log = CallLog(capacity: 3)
        func record(_ numbers: ClosedRange<Int>) {
            for number in numbers {
                log.record(
                    CallLog.Call(
                        time: Timestamp(secondsSinceEpoch: 0), api: .ec2, operation: "DescribeRegions", resource: "\(number)",
                        outcome: .answered(status: 200)))
            }
        }
        record(1...6)
        #expect(log.forgotten == 0 && log.recent.count == 6)
        record(7...7)
        #expect(log.forgotten == 4)
        #expect(log.recent.map(\.resource) == ["5", "6", "7"])
        #expect(log.count(.ec2, "DescribeRegions") == 7)
    }

    @Test func `a write of Compute Engine tells its request id and when its operation ends, answered or not`() {
        var cloud = TestCloud()
        let id = "11111111-2222-3333-4444-555555555555"
        let path = "\(cloud.node)/deleteAccessConfig"
        let query = "accessConfig=external-nat&networkInterface=nic0&requestId=\(id)"
        cloud.world.faults = [Fault(.compute, "instances.deleteAccessConfig", .dropAnswer)]
        let due = cloud.now + cloud.world.compute.settings.deleteAccessConfig
        #expect(cloud.compute("POST", path, query: query) == nil)
        cloud.pass(.seconds(1))
        #expect(cloud.compute("POST", path, query: query)?.status == 200)
        #expect(cloud.compute("POST", "\(cloud.node)/addAccessConfig", query: "networkInterface=nic7")?.status == 400)
        let calls = cloud.world.calls.recent
        #expect(calls.map(\.outcome) == [.dropped, .answered(status: 200), .refused(status: 400, code: "invalid")])
        #expect(calls.map(\.requestID) == [id, id, nil])
        #expect(calls.map(\.effectAt) == [due, due, nil], "the repetition had no effect of its own")
        #expect(calls.allSatisfy { $0.isWrite })
    }
}

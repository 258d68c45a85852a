import Model
import Sandbox
import Testing

@Suite struct ComputeCallTests {
    @Test func `a wait answers when the operation is done`() throws {
        var cloud = TestCloud { $0.compute.deleteAccessConfig = .seconds(5) }
        let started = cloud.compute("POST", "\(cloud.node)/deleteAccessConfig", query: "accessConfig=x&networkInterface=nic0")
        let operation = try #require(started?.json)
        #expect(operation["status"] == "RUNNING")
        let path = "\(cloud.project)/zones/\(cloud.node.zone)/operations/\(operation["name"]?.string ?? "")"
        guard case .again(let time) = cloud.reply("POST", path + "/wait") else {
            Issue.record("the wait answered at once")
            return
        }
        #expect(time == cloud.now + .seconds(5))
        cloud.pass(.seconds(5))
        #expect(cloud.compute("POST", path + "/wait")?.json["status"] == "DONE")
        #expect(cloud.compute("GET", path)?.json["progress"] == 100)
    }

    @Test func `a wait gives up after two minutes and tells the state`() throws {
        var cloud = TestCloud { $0.compute.deleteAccessConfig = .seconds(500) }
        let operation = cloud.compute("POST", "\(cloud.node)/deleteAccessConfig", query: "accessConfig=x&networkInterface=nic0")?.json
        let path = "/compute/v1/\(cloud.project)/zones/\(cloud.node.zone)/operations/\(operation?["name"]?.string ?? "")/wait"
        let token = cloud.world.google.issueToken(for: "tester", lifetime: .seconds(3600), now: cloud.now).exposed
        let request = WireRequest(method: "POST", path: path, headers: [("Authorization", "Bearer \(token)")])
        let start = cloud.now
        guard case .again(let time) = ComputeFrontEnd().reply(to: request, in: &cloud.world, now: start, received: start) else {
            Issue.record("the wait answered at once")
            return
        }
        #expect(time == start + .seconds(120))
        guard case .answer(let response) = ComputeFrontEnd().reply(to: request, in: &cloud.world, now: time, received: start) else {
            Issue.record("the wait went on")
            return
        }
        #expect(JSONValue(json: response.body)?["status"] == "RUNNING")
        #expect(cloud.world.calls.count(.compute, "zoneOperations.wait") == 1)
    }

    @Test func `an unknown operation is a 404`() {
        var cloud = TestCloud()
        #expect(cloud.compute("GET", "\(cloud.project)/zones/europe-west1-b/operations/operation-1")?.status == 404)
    }

    @Test func `a token that is unknown or expired is a 401`() {
        var cloud = TestCloud()
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses", token: "nonsense")?.status == 401)
        let short = cloud.world.google.issueToken(for: "tester", lifetime: .seconds(10), now: cloud.now).exposed
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses", token: short)?.status == 200)
        cloud.pass(.seconds(10))
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses", token: short)?.status == 401)
        let request = WireRequest(method: "GET", path: "/compute/v1/\(cloud.regional)/addresses")
        guard case .answer(let response) = ComputeFrontEnd().reply(to: request, in: &cloud.world, now: cloud.now, received: cloud.now)
        else {
            Issue.record("no answer")
            return
        }
        #expect(response.status == 401)
        #expect(response.errorCode == "required")
    }

    @Test func `the rate limit is of a fixed minute`() {
        var cloud = TestCloud { $0.compute.requestsPerMinute = 3 }
        for _ in 0..<3 { #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.status == 200) }
        let refused = cloud.compute("GET", "\(cloud.regional)/addresses")
        #expect(refused?.status == 403)
        #expect(refused?.reason == "rateLimitExceeded")
        cloud.pass(.seconds(60))
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.status == 200)
    }

    @Test func `a permission that is taken away makes a 403, and nothing happens`() {
        var cloud = TestCloud()
        cloud.world.compute.deniedPermissions = ["compute.instances.deleteAccessConfig"]
        #expect(cloud.detach(cloud.node) == ["forbidden"])
        #expect(cloud.world.compute.instances[cloud.node]?.accessConfigs.count == 1)
        let asked = cloud.compute(
            "POST", "\(cloud.node)/testIamPermissions",
            body: ["permissions": ["compute.instances.get", "compute.instances.deleteAccessConfig"]])
        #expect(asked?.json["permissions"] == ["compute.instances.get"])
    }

    @Test func `who may list may ask what is granted, on what is there`() {
        var cloud = TestCloud()
        cloud.world.compute.deniedPermissions = ["compute.subnetworks.useExternalIp", "compute.addresses.use"]
        let asked: JSONValue = ["permissions": ["compute.addresses.get", "compute.addresses.use", "compute.subnetworks.useExternalIp"]]
        #expect(
            cloud.compute("POST", "\(cloud.regional)/subnetworks/default/testIamPermissions", body: asked)?.json["permissions"]
                == ["compute.addresses.get"])
        #expect(
            cloud.compute("POST", "\(cloud.regional)/addresses/egress-1/testIamPermissions", body: asked)?.json["permissions"]
                == ["compute.addresses.get"])
        #expect(cloud.compute("POST", "\(cloud.regional)/subnetworks/other/testIamPermissions", body: asked)?.status == 404)
        cloud.world.compute.deniedPermissions = ["compute.subnetworks.list", "compute.instances.list"]
        for path in ["\(cloud.regional)/subnetworks/default", "\(cloud.node)"] {
            #expect(cloud.compute("POST", "\(path)/testIamPermissions", body: asked)?.reason == "forbidden", "\(path)")
        }
    }

    @Test func `faults meet the next matching calls, then pass`() {
        var cloud = TestCloud()
        cloud.world.faults = [
            Fault(.compute, "addresses.list", times: 2, .fail(status: 503, code: "backendError", message: "try again")),
            Fault(.compute, "instances.get", .dropRequest), Fault(.compute, "addresses.get", skip: 1, .delay(.seconds(3))),
        ]
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.reason == "backendError")
        #expect(cloud.compute("GET", "\(cloud.node)") == nil)
        #expect(cloud.compute("GET", "\(cloud.node)")?.status == 200)
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.status == 503)
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses")?.status == 200)
        guard case .answer = cloud.reply("GET", "\(cloud.regional)/addresses/egress-1"),
            case .answerAt(let time, _) = cloud.reply("GET", "\(cloud.regional)/addresses/egress-1")
        else {
            Issue.record("the delay met the wrong call")
            return
        }
        #expect(time == cloud.now + .seconds(3))
        #expect(cloud.world.faults.isEmpty)
        #expect(cloud.world.calls.count(.compute, "addresses.list") == 3)
        #expect(cloud.world.calls.recent.map(\.outcome).contains(.dropped))
    }

    @Test func `a dropped answer leaves its effect`() {
        var cloud = TestCloud()
        cloud.world.faults = [Fault(.compute, "instances.deleteAccessConfig", .dropAnswer)]
        #expect(
            cloud.compute("POST", "\(cloud.node)/deleteAccessConfig", query: "accessConfig=external-nat&networkInterface=nic0") == nil)
        cloud.pass(.seconds(2))
        #expect(cloud.world.compute.instances[cloud.node]?.accessConfigs == [])
    }

    @Test func `the log keeps the last calls and counts all`() {
        var cloud = TestCloud()
        cloud.world.calls.capacity = 10
        for _ in 0..<95 { _ = cloud.compute("GET", "\(cloud.regional)/addresses") }
        #expect(cloud.world.calls.count(.compute, "addresses.list") == 95)
        #expect((10...20).contains(cloud.world.calls.recent.count))
    }
}

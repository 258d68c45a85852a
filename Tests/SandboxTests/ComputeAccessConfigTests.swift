import Model
import Sandbox
import Testing

@Suite struct ComputeAccessConfigTests {
    @Test func `a swap moves an instance from its ephemeral to a reserved address`() throws {
        var cloud = TestCloud()
        let before = try #require(cloud.world.compute.instances[cloud.node]?.externalIP)
        #expect(cloud.detach(cloud.node) == [])
        #expect(cloud.world.compute.instances[cloud.node]?.accessConfigs == [])
        #expect(cloud.attach("203.0.113.3", to: cloud.node) == [])
        #expect(cloud.world.compute.instances[cloud.node]?.externalIP?.description == "203.0.113.3")
        #expect(cloud.world.compute.instances[cloud.node]?.externalIP != before)
        #expect(cloud.address("egress-3")?.status == .inUse)
        #expect(cloud.address("egress-3")?.users == [cloud.node.description])
        #expect(cloud.detach(cloud.node, name: "External%20NAT") == [])
        #expect(cloud.address("egress-3")?.status == .reserved)
        #expect(cloud.address("egress-3")?.users == [])
    }

    @Test func `a second access config is refused at once`() {
        var cloud = TestCloud()
        let answer = cloud.compute(
            "POST", "\(cloud.node)/addAccessConfig", query: "networkInterface=nic0", body: ["natIP": "203.0.113.3"])
        #expect(answer?.status == 400)
        #expect(answer?.message == "At most one access config currently supported.")
    }

    @Test func `an address in use makes an operation that is done and failed`() {
        var cloud = TestCloud()
        let nodes = cloud.world.nodes.values.filter { $0.pool == "egress" }.map(\.instance).sorted()
        for node in nodes.prefix(2) { #expect(cloud.detach(node) == []) }
        #expect(cloud.attach("203.0.113.3", to: nodes[0]) == [])
        #expect(cloud.attach("203.0.113.3", to: nodes[1]) == ["IP_IN_USE_BY_ANOTHER_RESOURCE"])
        #expect(cloud.world.compute.instances[nodes[1]]?.accessConfigs == [])
    }

    @Test(arguments: [
        ("203.0.113.3", "STANDARD", "has a different network tier PREMIUM"),
        ("198.51.100.99", nil, "was not found in region 'europe-west1'"),
        ("203.0.113.9", nil, "was not found in region 'europe-west1'"),
        ("10.128.0.3", nil, "was not found in region 'europe-west1'"),
        ("nonsense", nil, "Must be a valid IPv4 address"),
    ])
    func `an address of another tier, region, scope or kind is refused`(_ ip: String, _ tier: String?, _ message: String) {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        var body: JSONValue = ["natIP": .string(ip)]
        body["networkTier"] = tier.map(JSONValue.string)
        let answer = cloud.compute("POST", "\(cloud.node)/addAccessConfig", query: "networkInterface=nic0", body: body)
        #expect(answer?.status == 400)
        #expect(answer?.message?.contains(message) == true)
    }

    @Test func `late validation makes failed operations of the same refusals`() {
        var cloud = TestCloud { $0.compute.validatesAtOnce = false }
        _ = cloud.detach(cloud.node)
        #expect(cloud.attach("203.0.113.3", to: cloud.node, tier: "STANDARD") == ["INVALID_USAGE"])
        #expect(cloud.attach("198.51.100.99", to: cloud.node) == ["INVALID_FIELD_VALUE"])
    }

    @Test func `deleting a name that is not there succeeds and does nothing`() {
        var cloud = TestCloud()
        let before = cloud.world.compute.instances[cloud.node]
        #expect(cloud.detach(cloud.node, name: "External%20IP") == [])
        #expect(cloud.world.compute.instances[cloud.node] == before)
    }

    @Test func `without natIP a fresh ephemeral address is drawn`() throws {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        #expect(cloud.attach(nil, to: cloud.node) == [])
        let ip = try #require(cloud.world.compute.instances[cloud.node]?.externalIP)
        #expect(CIDR(masking: "198.18.0.0/16")?.contains(ip) == true)
        #expect(cloud.world.compute.instances.values.filter { $0.externalIP == ip }.count == 1)
    }

    @Test func `the same request id gives the same operation and no second effect`() {
        var cloud = TestCloud()
        let id = "c0ffee00-0000-4000-8000-000000000001"
        let path = "\(cloud.node)/deleteAccessConfig"
        let query = "accessConfig=external-nat&networkInterface=nic0&requestId=\(id)"
        let first = cloud.compute("POST", path, query: query)
        cloud.pass(.seconds(2))
        #expect(cloud.attach("203.0.113.3", to: cloud.node) == [])
        // The config is named otherwise now, but a second detach by that id must not even look.
        let second = cloud.compute("POST", path, query: query)
        #expect(first?.json["name"] == second?.json["name"])
        #expect(second?.json["status"] == "DONE")
        cloud.pass(.seconds(3601))
        let later = cloud.compute("POST", path, query: query)
        #expect(later?.json["name"] != first?.json["name"])
    }

    @Test(arguments: ["00000000-0000-0000-0000-000000000000", "abc", "c0ffee00-0000-4000-8000-00000000000g"])
    func `a request id that is no UUID or zero is refused`(_ id: String) {
        var cloud = TestCloud()
        let query = "accessConfig=external-nat&networkInterface=nic0&requestId=\(id)"
        #expect(cloud.compute("POST", "\(cloud.node)/deleteAccessConfig", query: query)?.reason == "invalid")
    }

    @Test func `a request id can't be used for another call`() {
        var cloud = TestCloud()
        let id = "c0ffee00-0000-4000-8000-000000000002"
        _ = cloud.compute("POST", "\(cloud.node)/deleteAccessConfig", query: "accessConfig=x&networkInterface=nic0&requestId=\(id)")
        let answer = cloud.compute("POST", "\(cloud.node)/addAccessConfig", query: "networkInterface=nic0&requestId=\(id)", body: [:])
        #expect(answer?.reason == "invalid")
    }

    @Test func `an operation on an instance that was recreated meanwhile fails`() {
        var cloud = TestCloud()
        let answer = cloud.compute(
            "POST", "\(cloud.node)/deleteAccessConfig", query: "accessConfig=external-nat&networkInterface=nic0")
        cloud.world.recreate(cloud.node.name, now: cloud.now)
        cloud.pass(.seconds(2))
        let operation = cloud.world.compute.operations[answer?.json["name"]?.string ?? ""]
        #expect(operation?.failure?.code == "RESOURCE_NOT_FOUND")
        #expect(cloud.world.compute.instances[cloud.node]?.accessConfigs.count == 1)
    }

    @Test func `two adds at once leave one access config`() {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        let path = "\(cloud.node)/addAccessConfig"
        let first = cloud.compute("POST", path, query: "networkInterface=nic0", body: ["natIP": "203.0.113.3"])
        let second = cloud.compute("POST", path, query: "networkInterface=nic0", body: ["natIP": "203.0.113.4"])
        cloud.pass(.seconds(2))
        #expect(cloud.world.compute.operations[first?.json["name"]?.string ?? ""]?.failure == nil)
        #expect(cloud.world.compute.operations[second?.json["name"]?.string ?? ""]?.failure?.code == "INVALID_USAGE")
        #expect(cloud.address("egress-4")?.status == .reserved)
    }
}

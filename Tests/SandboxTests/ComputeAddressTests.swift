import Model
import Sandbox
import Testing

@Suite struct ComputeAddressTests {
    @Test func `an address in use can't be deleted`() {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        _ = cloud.attach("203.0.113.3", to: cloud.node)
        #expect(cloud.run("DELETE", "\(cloud.regional)/addresses/egress-3") == ["resourceInUseByAnotherResource"])
        #expect(cloud.run("DELETE", "\(cloud.regional)/addresses/ingress") == ["resourceInUseByAnotherResource"])
        #expect(cloud.run("DELETE", "\(cloud.regional)/addresses/egress-4") == [])
        #expect(cloud.compute("GET", "\(cloud.regional)/addresses/egress-4")?.status == 404)
    }

    @Test func `an address taken while its deletion is under way stays`() {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        cloud.world.compute.settings.addressOperation = .seconds(1)
        let deletion = cloud.compute("DELETE", "\(cloud.regional)/addresses/egress-4")
        _ = cloud.attach("203.0.113.4", to: cloud.node)
        let operation = cloud.world.compute.operations[deletion?.json["name"]?.string ?? ""]
        #expect(operation?.failure?.code == "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE")
        #expect(cloud.address("egress-4")?.status == .inUse)
    }

    @Test func `the 404 of an address names it, and that of a project the project`() {
        var cloud = TestCloud()
        #expect(
            cloud.compute("GET", "\(cloud.regional)/addresses/nope")?.message
                == "The resource 'projects/acme-prod/regions/europe-west1/addresses/nope' was not found")
        #expect(
            cloud.compute("GET", "projects/acme-dev/regions/europe-west1/addresses/nope")?.message
                == "The resource 'projects/acme-dev' was not found")
        #expect(cloud.compute("GET", "\(cloud.project)/regions/europe-wst1/addresses/egress-1")?.status == 400)
    }

    @Test func `an address is reserved, labelled against its fingerprint, and listed`() throws {
        var cloud = TestCloud()
        let path = "\(cloud.regional)/addresses"
        let made = cloud.compute("POST", path, body: ["name": "fresh"])
        #expect(made?.status == 200)
        #expect(cloud.address("fresh")?.status == .reserving)
        cloud.pass(.seconds(1))
        #expect(cloud.address("fresh")?.status == .reserved)
        #expect(cloud.run("POST", path, body: ["name": "fresh"]) == ["alreadyExists"])
        let stale: JSONValue = ["labels": ["a": "b"], "labelFingerprint": "AAAAAAAAAAA="]
        #expect(cloud.run("POST", "\(path)/fresh/setLabels", body: stale) == ["conditionNotMet"])
        let fresh = cloud.compute("GET", "\(path)/fresh")
        let fingerprint = try #require(fresh?.json["labelFingerprint"])
        #expect(cloud.run("POST", "\(path)/fresh/setLabels", body: ["labels": ["a": "b"], "labelFingerprint": fingerprint]) == [])
        #expect(cloud.address("fresh")?.labels == ["a": "b"])
        #expect(cloud.run("POST", path, body: ["name": "Fresh_1"]) == ["invalid"])
    }

    @Test func `an address stays in use for a moment after its instance is gone`() throws {
        var cloud = TestCloud { $0.compute.addressReleaseLag = .seconds(3) }
        let node = cloud.node
        _ = cloud.detach(node)
        _ = cloud.attach("203.0.113.3", to: node)
        cloud.world.removeNode(node.name, now: cloud.now)
        #expect(cloud.world.compute.instances[node] == nil)
        #expect(cloud.address("egress-3")?.status == .inUse)
        #expect(cloud.address("egress-3")?.users == [node.description])
        cloud.pass(.seconds(2))
        #expect(cloud.address("egress-3")?.status == .inUse)
        cloud.pass(.seconds(1))
        #expect(cloud.address("egress-3")?.status == .reserved)
    }

    @Test func `a released address is gone, and its holder keeps an ephemeral one`() throws {
        var cloud = TestCloud()
        _ = cloud.detach(cloud.node)
        _ = cloud.attach("203.0.113.3", to: cloud.node)
        let scenario = cloud.scenario
        cloud.world.releaseAddress("egress-3", in: scenario, now: cloud.now)
        #expect(cloud.address("egress-3") == nil)
        #expect(cloud.world.compute.instances[cloud.node]?.externalIP.map { CIDR(masking: "198.18.0.0/16")!.contains($0) } == true)
        let again = cloud.world.reserveAddress("egress-3", in: scenario, now: cloud.now)
        #expect(again.ip.description != "203.0.113.3")
    }

    @Test func `many reserved addresses have an IP each`() {
        let cloud = TestCloud { $0.addresses = 1200 }
        let ips = cloud.world.compute.addresses.values.map(\.ip)
        #expect(ips.count == 1204)
        #expect(Set(ips).count == ips.count)
    }
}

import Model
import Sandbox
import Testing

@Suite struct NodeLifeTests {
    private func nodes(_ world: World) -> [String] { (world.kubernetes.objects[.nodes] ?? [:]).keys.map(\.name).sorted() }

    private func externalIP(_ world: World, _ name: String) -> String? {
        world.kubernetes.object(.nodes, KubernetesObjectKey(name: name))?[path: ["status", "addresses"]]?.array?
            .first { $0["type"] == "ExternalIP" }?["address"]?.string
    }

    @Test func `a scenario's nodes stand for its instances`() {
        let cloud = TestCloud()
        #expect(nodes(cloud.world).count == 7)
        let node = cloud.world.kubernetes.object(.nodes, KubernetesObjectKey(name: cloud.node.name))
        #expect(node?[path: ["spec", "providerID"]]?.string == "gce://acme-prod/\(cloud.node.zone)/\(cloud.node.name)")
        #expect(
            node?[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]]?.string
                == cloud.world.compute.instances[cloud.node].map { String($0.id) })
        #expect(externalIP(cloud.world, cloud.node.name) == cloud.world.compute.instances[cloud.node]?.externalIP?.description)
    }

    @Test func `after a preemption the node goes and a replacement under a new name comes`() throws {
        var cloud = TestCloud()
        let old = cloud.node
        let new = cloud.world.preempt(old.name, replacementAfter: .seconds(10), now: cloud.now)
        let replacement = try #require(new)
        #expect(cloud.world.compute.instances[old] == nil)
        #expect(nodes(cloud.world).contains(old.name))
        cloud.pass(.seconds(1))
        #expect(!nodes(cloud.world).contains(old.name))
        #expect(!nodes(cloud.world).contains(replacement))
        cloud.pass(.seconds(10))
        #expect(nodes(cloud.world).contains(replacement))
        #expect(nodes(cloud.world).count == 7)
        #expect(externalIP(cloud.world, replacement)?.hasPrefix("198.18.") == true)
    }

    @Test func `a node recreated under its old name has a new id and the Node that was there`() throws {
        var cloud = TestCloud()
        let name = cloud.node.name
        let key = KubernetesObjectKey(name: name)
        let before = try #require(cloud.world.compute.instances[cloud.node]?.id)
        #expect(cloud.world.kubernetes.object(.nodes, key)?[path: ["spec", "taints"]]?.array?.count == 1)
        let recreated = cloud.world.recreate(name, now: cloud.now)
        let instance = try #require(recreated)
        #expect(instance.id != before)
        cloud.pass(.seconds(5))
        let after = try #require(cloud.world.kubernetes.object(.nodes, key))
        #expect(after[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]]?.string == String(instance.id))
        #expect(after[path: ["spec", "taints"]]?.array?.count == 1)
        #expect(nodes(cloud.world).count == 7)
    }

    @Test func `a node's ExternalIP follows its instance, later`() {
        var cloud = TestCloud()
        cloud.world.settings.nodeAddressLag = .seconds(10)
        _ = cloud.detach(cloud.node)
        _ = cloud.attach("203.0.113.3", to: cloud.node)
        cloud.pass(.seconds(1))
        #expect(externalIP(cloud.world, cloud.node.name) != "203.0.113.3")
        cloud.pass(.seconds(10))
        #expect(externalIP(cloud.world, cloud.node.name) == "203.0.113.3")
        #expect(cloud.world.nextDue == nil)
    }

    @Test func `the same seed and the same calls give the same world`() {
        func story(seed: UInt64) -> [String] {
            var cloud = TestCloud { $0.seed = seed }
            cloud.world.preempt(cloud.node.name, replacementAfter: .seconds(1), now: cloud.now)
            cloud.pass(.seconds(5))
            _ = cloud.detach(cloud.node)
            return cloud.world.compute.instances.values.map { String(decoding: $0.json(links: .google).json, as: UTF8.self) }.sorted()
                + nodes(cloud.world)
                + cloud.world.compute.operations.keys.sorted()
        }
        #expect(story(seed: 3) == story(seed: 3))
        #expect(story(seed: 3) != story(seed: 4))
    }
}

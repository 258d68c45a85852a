import Model
import Sandbox
import Testing

/// What GKE writes on its nodes.
struct KubernetesGKETests {
    private let key = KubernetesObjectKey(name: "node-1")

    @Test func `a joined node carries what GKE writes`() throws {
        var store = KubernetesCluster.store()
        store.joinNode(
            name: "n", pool: "egress", zone: "europe-west1-b", project: "acme-prod", instanceID: "42", internalIP: IPAddress("10.0.0.1")!,
            externalIP: nil, taints: [Taint(key: "k", value: nil, effect: "NoSchedule")], labels: ["own": "1"], ready: false,
            now: KubernetesCluster.now)
        let node = try #require(store.object(.nodes, .init(name: "n")))
        let labels = try #require(node[path: ["metadata", "labels"]])
        #expect(labels["cloud.google.com/gke-nodepool"] == "egress" && labels["own"] == "1")
        #expect(labels["topology.kubernetes.io/zone"] == "europe-west1-b" && labels["topology.kubernetes.io/region"] == "europe-west1")
        #expect(node[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]] == "42")
        #expect(node[path: ["spec", "providerID"]] == "gce://acme-prod/europe-west1-b/n")
        #expect(node[path: ["spec", "taints"]] == [["key": "k", "effect": "NoSchedule"]])
        #expect(node[path: ["status", "addresses"]]?.array?.compactMap { $0["type"]?.string } == ["InternalIP", "Hostname"])
        #expect(node[path: ["status", "conditions"]]?.array?.last?["status"] == "False")
    }

    @Test func `a machine recreated under its old name keeps the node's uid and lacks the startup taint`() throws {
        var store = KubernetesCluster.store()
        let before = try #require(store.object(.nodes, key))
        store.joinNode(
            name: "node-1", pool: "egress", zone: "europe-west1-b", project: "acme-prod", instanceID: "43",
            internalIP: IPAddress("10.0.0.9")!, externalIP: IPAddress("34.7.7.7"),
            taints: [Taint(key: "startup", value: nil, effect: "NoSchedule")], labels: [:], ready: true, now: KubernetesCluster.now)
        let after = try #require(store.object(.nodes, key))
        #expect(after[path: ["metadata", "uid"]] == before[path: ["metadata", "uid"]])
        #expect(after[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]] == "43")
        #expect(after[path: ["spec", "taints"]] == nil)
        #expect(after[path: ["status", "nodeInfo", "bootID"]] != before[path: ["status", "nodeInfo", "bootID"]])
    }

    @Test func `an external address comes and goes, and what does not change is not written`() throws {
        var store = KubernetesCluster.store()
        func external() -> [String] {
            (store.object(.nodes, key)?[path: ["status", "addresses"]]?.array ?? []).filter { $0["type"] == "ExternalIP" }
                .compactMap { $0["address"]?.string }
        }
        #expect(external() == ["34.1.2.3"])
        store.setExternalIP(node: "node-1", nil)
        #expect(external() == [])
        store.setExternalIP(node: "node-1", IPAddress("35.1.1.1"))
        #expect(external() == ["35.1.1.1"])
        let version = store.resourceVersion
        store.setExternalIP(node: "node-1", IPAddress("35.1.1.1"))
        store.setExternalIP(node: "nobody", IPAddress("35.1.1.1"))
        store.setReady(node: "node-1", true, now: KubernetesCluster.now)
        #expect(store.resourceVersion == version)
    }

    @Test func `a heartbeat renews the conditions and the node's lease, and a removed node takes its lease along`() throws {
        var store = KubernetesCluster.store()
        let lease = KubernetesObjectKey(namespace: "kube-node-lease", name: "node-1")
        let later = KubernetesCluster.now + .seconds(10)
        store.heartbeat(node: "node-1", now: later)
        #expect(store.object(.leases, lease)?[path: ["spec", "renewTime"]]?.string == later.rfc3339Micro)
        #expect(store.object(.nodes, key)?[path: ["status", "conditions"]]?.array?.last?["lastHeartbeatTime"]?.string == later.rfc3339)
        let removed = store.removeNode("node-1")
        #expect(removed && store.object(.leases, lease) == nil && store.object(.nodes, key) == nil)
        #expect(store.removeNode("node-1") == false)
    }
}

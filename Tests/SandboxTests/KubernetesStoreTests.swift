import Model
import Sandbox
import Testing

/// The store's own rules: versions, conflicts, validation, lists.
struct KubernetesStoreTests {
    private let now = KubernetesCluster.now
    private var store = KubernetesCluster.store()

    private func lease(_ name: String, _ spec: JSONValue = [:], version: String? = nil) -> JSONValue {
        var lease: JSONValue = ["metadata": ["name": .string(name)], "spec": spec]
        lease[path: ["metadata", "resourceVersion"]] = version.map(JSONValue.string)
        return lease
    }

    private func names(_ listing: KubernetesStore.Listing) -> [String] {
        listing.items.compactMap { $0[path: ["metadata", "name"]]?.string }
    }

    @Test func `the same seed and calls give the same objects`() {
        #expect(KubernetesCluster.store().objects == KubernetesCluster.store().objects)
        let uids = Set(store.objects.values.flatMap(\.values).compactMap { $0[path: ["metadata", "uid"]]?.string })
        #expect(uids.count == store.objects.values.reduce(0) { $0 + $1.count })
    }

    @Test mutating func `a name is given once, and a namespace must be there`() throws {
        let created = try store.create(.leases, namespace: "default", lease("a"), now: now)
        #expect(created[path: ["metadata", "namespace"]] == "default" && created["kind"] == "Lease")
        #expect(created[path: ["metadata", "creationTimestamp"]]?.string == now.rfc3339)
        let taken = #expect(throws: KubernetesStatus.self) { try store.create(.leases, namespace: "default", lease("a"), now: now) }
        #expect(taken?.reason == "AlreadyExists" && taken?.message == "leases.coordination.k8s.io \"a\" already exists")
        let nowhere = #expect(throws: KubernetesStatus.self) { try store.create(.leases, namespace: "none", lease("a"), now: now) }
        #expect(nowhere?.code == 404)
        let generated = try store.create(.leases, namespace: "default", ["metadata": ["generateName": "x-"]], now: now)
        #expect(generated[path: ["metadata", "name"]]?.string?.count == 7)
    }

    @Test mutating func `an update with an old resourceVersion conflicts, and a lease must name one`() throws {
        let first = try store.create(.leases, namespace: "default", lease("a"), now: now)
        let version = try #require(first[path: ["metadata", "resourceVersion"]]?.string)
        let taken = lease("a", ["holderIdentity": "me"], version: version)
        let (second, isNew) = try store.update(.leases, namespace: "default", name: "a", isStatus: false, taken, now: now)
        #expect(!isNew && second[path: ["metadata", "uid"]] == first[path: ["metadata", "uid"]])
        let stale = #expect(throws: KubernetesStatus.self) {
            try store.update(.leases, namespace: "default", name: "a", isStatus: false, taken, now: now)
        }
        #expect(stale?.reason == "Conflict")
        let bare = #expect(throws: KubernetesStatus.self) {
            try store.update(.leases, namespace: "default", name: "a", isStatus: false, lease("a"), now: now)
        }
        #expect(bare?.reason == "Invalid" && bare?.causes.first?.field == "metadata.resourceVersion")
        let misnamed = #expect(throws: KubernetesStatus.self) {
            try store.update(.leases, namespace: "default", name: "b", isStatus: false, taken, now: now)
        }
        #expect(misnamed?.code == 400)
    }

    @Test mutating func `a delete keeps its preconditions, and finalizers hold the object`() throws {
        let object: JSONValue = ["metadata": ["name": "m", "finalizers": ["example.com/f"]]]
        _ = try store.create(.configmaps, namespace: "default", object, now: now)
        let wrong = #expect(throws: KubernetesStatus.self) {
            try store.delete(.configmaps, namespace: "default", name: "m", options: ["preconditions": ["uid": "x"]], now: now)
        }
        #expect(wrong?.code == 409)
        let held = try store.delete(.configmaps, namespace: "default", name: "m", options: nil, now: now)
        #expect(held[path: ["metadata", "deletionTimestamp"]]?.string == now.rfc3339)
        _ = try store.patch(.configmaps, namespace: "default", name: "m", isStatus: false, .merge(["metadata": ["finalizers": .null]]))
        #expect(store.object(.configmaps, .init(namespace: "default", name: "m")) == nil)
    }

    @Test(
        arguments: [
            ("spec.taints[0].effect", ["spec": ["taints": [["key": "k", "effect": "Never"]]]]),
            ("spec.taints[0].effect", ["spec": ["taints": [["key": "k"]]]]),
            ("spec.taints[0].key", ["spec": ["taints": [["key": "a b", "effect": "NoSchedule"]]]]),
            ("spec.taints[1]", ["spec": ["taints": [["key": "k", "effect": "NoSchedule"], ["key": "k", "effect": "NoSchedule"]]]]),
            ("metadata.labels", ["metadata": ["labels": ["a": "not a label"]]]), ("metadata.labels", ["metadata": ["labels": ["/a": ""]]]),
            ("metadata.annotations", ["metadata": ["annotations": ["a b": ""]]]),
            ("metadata.uid", ["metadata": ["uid": "x"]]), ("metadata.name", ["metadata": ["name": "x"]]),
            ("spec.providerID", ["spec": ["providerID": "gce://other/zone/x"]]),
        ] as [(String, JSONValue)])
    func `a node that is not valid is refused with the field`(field: String, patch: JSONValue) {
        var store = self.store
        let error = #expect(throws: KubernetesStatus.self) {
            try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: false, .merge(patch))
        }
        #expect(error?.code == 422 && error?.causes.map(\.field) == [field], "\(error?.message ?? "")")
    }

    @Test(arguments: ["leaseDurationSeconds", "leaseTransitions"])
    func `a lease with a negative count is refused`(field: String) {
        var store = self.store
        let error = #expect(throws: KubernetesStatus.self) {
            try store.create(.leases, namespace: "default", lease("a", [field: -1]), now: now)
        }
        #expect(error?.causes.first?.field == "spec.\(field)")
    }

    @Test mutating func `an event about a node belongs in the default namespace`() throws {
        let event: JSONValue = ["metadata": ["name": "e"], "involvedObject": ["kind": "Node", "name": "node-1"]]
        _ = try store.create(.events, namespace: "default", event, now: now)
        let error = #expect(throws: KubernetesStatus.self) { try store.create(.events, namespace: "kube-public", event, now: now) }
        #expect(error?.causes.first?.field == "involvedObject.namespace")
    }

    @Test(arguments: [
        ("cloud.google.com/gke-nodepool=egress", 2), ("cloud.google.com/gke-nodepool!=egress", 1),
        ("cloud.google.com/gke-nodepool in (egress, other)", 3), ("cloud.google.com/gke-nodepool notin (egress)", 1),
        ("cloud.google.com/gke-nodepool", 3), ("!cloud.google.com/gke-nodepool", 0), ("absent!=x", 3), ("absent=", 0),
        ("kubernetes.io/os==linux,cloud.google.com/gke-nodepool=other", 1), ("", 3), ("kubernetes.io/hostname in (node-1,)", 1),
    ])
    func `label selectors are understood`(text: String, count: Int) throws {
        let selector = try KubernetesSelector(.nodes, namespace: nil, labelSelector: text, fieldSelector: "")
        #expect(try store.list(.nodes, selector, .init()).items.count == count)
    }

    @Test(arguments: ["a in b", "a in (b", "=b", "a=b=c", "a b", "a,", "a=$", "a in (b c)", "!"])
    func `a label selector that can't be read is refused`(text: String) {
        let error = #expect(throws: KubernetesStatus.self) {
            try KubernetesSelector(.nodes, namespace: nil, labelSelector: text, fieldSelector: "")
        }
        #expect(error?.code == 400)
    }

    @Test(arguments: [("metadata.name=node-2", 1), ("metadata.name!=node-2", 2), ("metadata.name==node-2,spec.unschedulable=false", 1)])
    func `field selectors are understood`(text: String, count: Int) throws {
        let selector = try KubernetesSelector(.nodes, namespace: nil, labelSelector: "", fieldSelector: text)
        #expect(try store.list(.nodes, selector, .init()).items.count == count)
        let error = #expect(throws: KubernetesStatus.self) {
            try KubernetesSelector(.nodes, namespace: nil, labelSelector: "", fieldSelector: "spec.nodeName=a")
        }
        #expect(error?.message == "field label not supported: spec.nodeName")
    }

    @Test mutating func `all pages of a list show the state of the first`() throws {
        var options = KubernetesStore.ListOptions()
        options.limit = 1
        let first = try store.list(.nodes, .init(), options)
        #expect(names(first) == ["node-1"] && first.remainingItemCount == 2)
        store.join("node-15")
        store.removeNode("node-2")
        store.setReady(node: "node-3", false, now: now)
        options.limit = 10
        options.continueToken = try #require(first.continueToken)
        let rest = try store.list(.nodes, .init(), options)
        #expect(names(rest) == ["node-2", "node-3"] && rest.resourceVersion == first.resourceVersion && rest.continueToken == nil)
        #expect(rest.items[1] == KubernetesCluster.store().object(.nodes, .init(name: "node-3")))
    }

    @Test mutating func `a continue token from before the compaction answers 410 and offers to go on`() throws {
        var options = KubernetesStore.ListOptions()
        options.limit = 1
        options.continueToken = try #require(try store.list(.nodes, .init(), options).continueToken)
        store.removeNode("node-2")
        store.forgetHistory(keeping: 0)
        let list = store
        let error = #expect(throws: KubernetesStatus.self) { try list.list(.nodes, .init(), options) }
        #expect(error?.code == 410 && error?.reason == "Expired")
        options.continueToken = try #require(error?.continueToken)
        #expect(names(try store.list(.nodes, .init(), options)) == ["node-3"])
    }

    @Test mutating func `a list at a resourceVersion is that state or none`() throws {
        var options = KubernetesStore.ListOptions()
        options.resourceVersion = String(store.resourceVersion)
        options.resourceVersionMatch = "Exact"
        store.removeNode("node-1")
        #expect(names(try store.list(.nodes, .init(), options)) == ["node-1", "node-2", "node-3"])
        options.resourceVersionMatch = "NotOlderThan"
        #expect(names(try store.list(.nodes, .init(), options)) == ["node-2", "node-3"])
        store.forgetHistory(keeping: 0)
        options.resourceVersionMatch = "Exact"
        let list = store
        #expect(#expect(throws: KubernetesStatus.self) { try list.list(.nodes, .init(), options) }?.code == 410)
        options.resourceVersion = "999999"
        #expect(#expect(throws: KubernetesStatus.self) { try list.list(.nodes, .init(), options) }?.code == 504)
        options.resourceVersion = "x"
        #expect(#expect(throws: KubernetesStatus.self) { try list.list(.nodes, .init(), options) }?.code == 422)
    }

    @Test mutating func `a watch sees what its selector sees`() throws {
        let start = store.resourceVersion
        let selector = try KubernetesSelector(.nodes, namespace: nil, labelSelector: "team=red", fieldSelector: "")
        func label(_ value: JSONValue) throws {
            _ = try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: false, .merge(["metadata": ["labels": ["team": value]]]))
        }
        try label("red")
        store.setReady(node: "node-1", false, now: now)
        try label("blue")
        store.setReady(node: "node-1", true, now: now)
        try label("red")
        store.removeNode("node-1")
        let events = try store.events(.nodes, selector, since: start)
        #expect(events.map(\.kind) == [.added, .modified, .deleted, .added, .deleted])
        #expect(events.map { $0.object[path: ["metadata", "resourceVersion"]]?.string } == events.map { String($0.resourceVersion) })
        #expect(events[2].object[path: ["metadata", "labels", "team"]] == "red")
        #expect(try store.events(.nodes, selector, since: events[3].resourceVersion).map(\.kind) == [.deleted])
    }

    @Test func `the history is bounded`() {
        var store = KubernetesCluster.store(historyLimit: 10)
        let start = store.resourceVersion
        for count in 0..<100 { store.setReady(node: "node-1", count % 2 == 1, now: now) }
        #expect(store.history.count < 20)
        let error = #expect(throws: KubernetesStatus.self) { try store.events(.nodes, .init(), since: start) }
        #expect(error?.code == 410)
        #expect((try? store.events(.nodes, .init(), since: store.resourceVersion - 10))?.count == 10)
    }
}

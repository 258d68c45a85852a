import Sandbox
import Testing

/// What each kind of patch does to a Node.
struct KubernetesPatchTests {
    private let key = KubernetesObjectKey(name: "node-1")

    private func patched(_ patches: KubernetesPatch..., isStatus: Bool = false) throws(KubernetesStatus) -> JSONValue {
        var store = KubernetesCluster.store()
        var node = JSONValue.null
        for patch in patches { node = try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: isStatus, patch) }
        return node
    }

    private func taints(_ keys: String...) -> JSONValue { .array(keys.map { ["key": .string($0), "effect": "NoSchedule"] }) }

    @Test func `a strategic merge replaces the taints, which have no merge key`() throws {
        let node = try patched(
            .strategicMerge(["spec": ["taints": taints("a", "b")]]), .strategicMerge(["spec": ["taints": taints("c")]]))
        #expect(node[path: ["spec", "taints"]] == taints("c"))
    }

    @Test func `an empty or null list of taints leaves no taints`() throws {
        for none: JSONValue in [[], .null] {
            let node = try patched(
                .strategicMerge(["spec": ["taints": taints("a")]]), .strategicMerge(["spec": ["taints": none]]))
            #expect(node[path: ["spec", "taints"]] == nil)
            #expect(node[path: ["spec", "providerID"]] != nil)
        }
    }

    @Test func `a strategic merge merges conditions and addresses by their type`() throws {
        let node = try patched(
            .strategicMerge([
                "status": [
                    "conditions": [["type": "Ready", "status": "Unknown"], ["type": "Own", "status": "True"]],
                    "addresses": [["type": "ExternalIP", "$patch": "delete"]],
                ]
            ]), isStatus: true)
        let conditions = node[path: ["status", "conditions"]]?.array ?? []
        #expect(conditions.compactMap { $0["type"]?.string } == ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready", "Own"])
        #expect(conditions.first { $0["type"] == "Ready" }?["status"] == "Unknown")
        #expect(conditions.first { $0["type"] == "Ready" }?["reason"] == "KubeletReady")
        #expect(node[path: ["status", "addresses"]]?.array?.compactMap { $0["type"]?.string } == ["InternalIP", "Hostname"])
    }

    @Test func `the directives of a strategic merge are obeyed and not stored`() throws {
        let ordered = try patched(
            .strategicMerge([
                "status": [
                    "$setElementOrder/conditions": [["type": "Ready"], ["type": "DiskPressure"], ["type": "MemoryPressure"]],
                    "conditions": [["type": "Ready", "message": "m"]],
                ]
            ]), isStatus: true)
        #expect(
            ordered[path: ["status", "conditions"]]?.array?.compactMap { $0["type"]?.string }
                == ["Ready", "DiskPressure", "PIDPressure", "MemoryPressure"])
        #expect(ordered[path: ["status", "$setElementOrder/conditions"]] == nil)
        let replaced = try patched(.strategicMerge(["metadata": ["annotations": ["$patch": "replace", "only": "this"]]]))
        #expect(replaced[path: ["metadata", "annotations"]] == ["only": "this"])
        let list = try patched(
            .strategicMerge(["status": ["addresses": [["$patch": "replace"], ["type": "InternalIP", "address": "10.0.0.1"]]]]),
            isStatus: true)
        #expect(list[path: ["status", "addresses"]] == [["type": "InternalIP", "address": "10.0.0.1"]])
        let finalizers = try patched(
            .strategicMerge(["metadata": ["finalizers": ["a", "b"]]]), .strategicMerge(["metadata": ["finalizers": ["c"]]]),
            .strategicMerge(["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"]]]))
        #expect(finalizers[path: ["metadata", "finalizers"]] == ["b", "c"])
        let retained = try patched(
            .strategicMerge(["metadata": ["annotations": ["a": "1", "b": "2"]]]),
            .strategicMerge(["metadata": ["annotations": ["$retainKeys": ["a"], "a": "3"]]]))
        #expect(retained[path: ["metadata", "annotations"]] == ["a": "3"])
    }

    @Test func `a merge patch replaces lists and takes off what is null`() throws {
        let node = try patched(
            .merge(["metadata": ["labels": ["x": "1"], "annotations": ["container.googleapis.com/instance_id": .null]]]),
            .merge(["spec": ["taints": taints("a")], "metadata": ["labels": ["x": .null]]]))
        #expect(node[path: ["spec", "taints"]] == taints("a"))
        #expect(node[path: ["metadata", "labels", "x"]] == nil)
        #expect(node[path: ["metadata", "annotations", "container.googleapis.com/instance_id"]] == nil)
        #expect(node[path: ["metadata", "labels", "kubernetes.io/os"]] == "linux")
    }

    @Test func `a JSON patch adds, tests, moves, copies, replaces and removes`() throws {
        let node = try patched(
            .json([
                ["op": "test", "path": "/metadata/name", "value": "node-1"],
                ["op": "test", "path": "/spec/taints", "value": .null],
                ["op": "add", "path": "/spec/taints", "value": taints("a")],
                ["op": "add", "path": "/spec/taints/0", "value": ["key": "first", "effect": "NoExecute"]],
                ["op": "add", "path": "/spec/taints/-", "value": ["key": "last", "effect": "NoExecute"]],
                ["op": "remove", "path": "/spec/taints/1"],
                ["op": "copy", "from": "/metadata/labels/kubernetes.io~1os", "path": "/metadata/labels/copied"],
                ["op": "replace", "path": "/metadata/labels/kubernetes.io~1os", "value": "plan9"],
                ["op": "move", "from": "/metadata/labels/kubernetes.io~1arch", "path": "/metadata/labels/moved"],
            ]))
        #expect(node[path: ["spec", "taints"]]?.array?.compactMap { $0["key"]?.string } == ["first", "last"])
        let labels = node[path: ["metadata", "labels"]]
        #expect(labels?["copied"] == "linux" && labels?["kubernetes.io/os"] == "plan9" && labels?["moved"] == "amd64")
        #expect(labels?["kubernetes.io/arch"] == nil)
    }

    @Test(
        arguments: [
            ["op": "test", "path": "/metadata/name", "value": "other"], ["op": "remove", "path": "/spec/nothing"],
            ["op": "replace", "path": "/spec/nothing", "value": 1], ["op": "add", "path": "/spec/a/b", "value": 1],
            ["op": "remove", "path": "/status/addresses/99"], ["op": "add", "path": "/status/addresses/01", "value": 1],
        ] as [JSONValue])
    func `a JSON patch that does not apply is refused whole`(operation: JSONValue) throws {
        var store = KubernetesCluster.store()
        let before = store.object(.nodes, key)
        let error = #expect(throws: KubernetesStatus.self) {
            try store.patch(
                .nodes, namespace: nil, name: "node-1", isStatus: false,
                .json([["op": "add", "path": "/metadata/labels/x", "value": "1"], operation]))
        }
        #expect(error?.code == 422)
        #expect(store.object(.nodes, key) == before)
    }

    @Test func `copies that would double the document without end are refused`() {
        let copies = (0..<60).map { index -> JSONValue in ["op": "copy", "from": "/metadata", "path": "/metadata/annotations/\(index)"] }
        let error = #expect(throws: KubernetesStatus.self) { try patched(.json(.array(copies))) }
        #expect(error?.code == 422 && error?.causes == [])
        #expect(throws: KubernetesStatus.self) {
            try patched(.json([["op": "remove", "path": .string(String(repeating: "/a", count: 65))]]))
        }
    }

    @Test func `a resourceVersion in a patch is a precondition`() throws {
        var store = KubernetesCluster.store()
        let version = try #require(store.version(.nodes, key))
        let patch = KubernetesPatch.strategicMerge(["metadata": ["resourceVersion": .string(version), "labels": ["x": "1"]]])
        _ = try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: false, patch)
        let error = #expect(throws: KubernetesStatus.self) {
            try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: false, patch)
        }
        #expect(error?.code == 409)
        #expect(
            error?.message
                == "Operation cannot be fulfilled on nodes \"node-1\": the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    @Test func `a foreign uid or another name in a patch is refused`() {
        #expect(throws: KubernetesStatus.self) { try patched(.merge(["metadata": ["uid": "other"]])) }
        #expect(throws: KubernetesStatus.self) { try patched(.merge(["metadata": ["name": "other"]])) }
        #expect(throws: KubernetesStatus.self) { try patched(.merge(["kind": "Pod"])) }
        #expect(throws: KubernetesStatus.self) { try patched(.merge([1])) }
    }

    @Test func `each side of a node is written through its own path`() throws {
        let node = try patched(.merge(["status": ["phase": "x"], "spec": ["unschedulable": true]]))
        #expect(node[path: ["status", "phase"]] == nil && node[path: ["spec", "unschedulable"]] == true)
        let status = try patched(.merge(["status": ["phase": "x"], "spec": ["unschedulable": true]]), isStatus: true)
        #expect(status[path: ["status", "phase"]] == "x" && status[path: ["spec", "unschedulable"]] == nil)
    }

    @Test func `a patch that changes nothing writes nothing`() throws {
        var store = KubernetesCluster.store()
        let before = store.resourceVersion
        _ = try store.patch(.nodes, namespace: nil, name: "node-1", isStatus: false, .merge(["spec": ["unschedulable": false]]))
        #expect(store.resourceVersion == before)
    }
}

import Foundation
import Model
import Sandbox
import Testing

/// The real kubectl against the embedded API server. Skipped where no kubectl is on PATH.
@Suite(.enabled(if: Kubectl.program != nil, "kubectl is not on PATH"), .timeLimit(.minutes(5)))
struct KubernetesKubectlTests {
    /// kubectl sends no credentials over plain HTTP.
    let cluster = KubernetesCluster(anonymous: .init(name: "alice"))

    /// Serves the cluster and runs the body with a kubectl pointed at it.
    private func withKubectl(_ body: @Sendable @escaping (Kubectl) async throws -> Void) async throws {
        try await cluster.served { port in
            let kubectl = try Kubectl(port: port)
            defer { kubectl.remove() }
            try await body(kubectl)
        }
    }

    @Test func `get nodes prints the columns that a cluster prints`() async throws {
        try await withKubectl { (kubectl: Kubectl) async throws in
            let plain = try await kubectl("get", "nodes")
            #expect(plain.errors == "")
            #expect(plain.output.split(separator: "\n").first?.split(separator: " ") == ["NAME", "STATUS", "ROLES", "AGE", "VERSION"])
            #expect(plain.output.split(separator: "\n").count == 4)
            let wide = try await kubectl("get", "nodes", "-o", "wide", "-l", "cloud.google.com/gke-nodepool in (egress)")
            #expect(wide.output.contains("EXTERNAL-IP") && wide.output.contains("34.1.2.3"))
            #expect(!wide.output.contains("node-3"))
        }
    }

    @Test func `a watch sees a node join and change`() async throws {
        let access = cluster.access
        try await withKubectl { (kubectl: Kubectl) async throws in
            let (process, lines) = try kubectl.start("get", "nodes", "--watch", "--no-headers")
            defer { process.terminate() }
            var seen: [[Substring]] = []
            for await line in lines {
                seen.append(line.split(separator: " "))
                if seen.count == 3 { try access.write { store in store.join("node-9", now: KubernetesCluster.now) } }
                if seen.count == 4 { try access.write { store in store.setReady(node: "node-9", false, now: KubernetesCluster.now) } }
                if seen.count == 5 { break }
            }
            try #require(seen.count == 5)
            #expect(seen.prefix(3).map { $0[0] } == ["node-1", "node-2", "node-3"])
            #expect(seen[3].prefix(2) == ["node-9", "Ready"])
            #expect(seen[4].prefix(2) == ["node-9", "NotReady"])
        }
    }

    @Test func `get as JSON gives back what the store holds`() async throws {
        let access = cluster.access
        try await withKubectl { (kubectl: Kubectl) async throws in
            let one = try await kubectl("get", "node", "node-1", "-o", "json")
            let stored = try access.read { store in store.object(.nodes, .init(name: "node-1")) }
            #expect(JSONValue(json: Array(one.output.utf8)) == stored)
            let all = try await kubectl("get", "nodes", "-o", "name", "--chunk-size=1")
            #expect(all.output == "node/node-1\nnode/node-2\nnode/node-3\n")
            let missing = try await kubectl("get", "node", "node-7")
            #expect(missing.status == 1)
            #expect(missing.errors == "Error from server (NotFound): nodes \"node-7\" not found\n")
            let raw = try await kubectl("get", "--raw", "/api/v1/nodes/node-2")
            #expect(JSONValue(json: Array(raw.output.utf8))?[path: ["metadata", "name"]] == "node-2")
        }
    }

    @Test func `describe shows a node with its lease and events`() async throws {
        try await withKubectl { (kubectl: Kubectl) async throws in
            let outcome = try await kubectl("describe", "node", "node-1")
            #expect(outcome.errors == "")
            for text in ["ExternalIP:  34.1.2.3", "HolderIdentity:  node-1", "gce://acme-prod/europe-west1-b/node-1", "KubeletReady"] {
                #expect(outcome.output.contains(text), "\(text)")
            }
        }
    }

    @Test func `a taint is put on and taken off`() async throws {
        let access = cluster.access
        @Sendable func taints() throws -> JSONValue? {
            try access.read { $0.object(.nodes, .init(name: "node-1"))?[path: ["spec", "taints"]] }
        }
        try await withKubectl { (kubectl: Kubectl) async throws in
            #expect(try await kubectl("taint", "nodes", "node-1", "a=b:NoSchedule", "c:NoExecute").output == "node/node-1 tainted\n")
            #expect(try taints()?.array?.count == 2)
            #expect(try await kubectl("taint", "nodes", "node-1", "a=x:NoSchedule", "--overwrite").output == "node/node-1 modified\n")
            #expect(try taints()?.array?.contains(["key": "a", "value": "x", "effect": "NoSchedule"]) == true)
            #expect(try await kubectl("taint", "nodes", "node-1", "a-", "c:NoExecute-").output == "node/node-1 untainted\n")
            #expect(try taints() == nil)
        }
    }

    @Test func `labels, annotations and cordoning are written`() async throws {
        let access = cluster.access
        @Sendable func node() throws -> JSONValue { try access.read { $0.object(.nodes, .init(name: "node-1")) ?? .null } }
        try await withKubectl { (kubectl: Kubectl) async throws in
            #expect(try await kubectl("label", "node", "node-1", "team=red").status == 0)
            #expect(try node()[path: ["metadata", "labels", "team"]] == "red")
            #expect(try await kubectl("label", "node", "node-1", "team=blue").status == 1)
            #expect(try await kubectl("label", "node", "node-1", "team-").status == 0)
            #expect(try node()[path: ["metadata", "labels", "team"]] == nil)
            #expect(try await kubectl("annotate", "node", "node-1", "drawbridge.dev/claim={}").status == 0)
            #expect(try await kubectl("annotate", "--overwrite", "node", "node-1", "drawbridge.dev/claim={\"a\":1}").status == 0)
            #expect(try node()[path: ["metadata", "annotations", "drawbridge.dev/claim"]] == "{\"a\":1}")
            #expect(try await kubectl("cordon", "node-1").output == "node/node-1 cordoned\n")
            #expect(try node()[path: ["spec", "unschedulable"]] == true)
            #expect(try await kubectl("get", "node", "node-1").output.contains("Ready,SchedulingDisabled"))
            #expect(try await kubectl("uncordon", "node-1").output == "node/node-1 uncordoned\n")
            #expect(try node()[path: ["spec", "unschedulable"]] == nil)
        }
    }

    @Test func `objects are created, applied and deleted from files`() async throws {
        try await withKubectl { (kubectl: Kubectl) async throws in
            let lease = try kubectl.write(
                """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: leader, namespace: default}
                spec: {holderIdentity: me, leaseDurationSeconds: 15, renewTime: "2026-03-01T12:00:00.000000Z"}
                """, to: "lease.yaml")
            #expect(
                try await kubectl("create", "-f", lease, "--dry-run=server").output
                    == "lease.coordination.k8s.io/leader created (server dry run)\n")
            #expect(try await kubectl("create", "-f", lease).output == "lease.coordination.k8s.io/leader created\n")
            #expect(try await kubectl("create", "-f", lease).errors.contains("(AlreadyExists)"))
            let leases = try await kubectl("get", "leases", "-A").output
            #expect(leases.contains("kube-node-lease   node-1   node-1") && leases.contains("leader"))
            #expect(try await kubectl("delete", "lease", "leader").output.hasPrefix("lease.coordination.k8s.io \"leader\" deleted"))
            let first = try kubectl.write(
                #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"a": "1"}}"#, to: "m1.json")
            let second = try kubectl.write(
                #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"b": "2"}}"#, to: "m2.json")
            #expect(try await kubectl("apply", "-f", first).output == "configmap/m created\n")
            #expect(try await kubectl("apply", "-f", second).output == "configmap/m configured\n")
            #expect(try await kubectl("get", "cm", "m", "-o", "jsonpath={.data}").output == #"{"b":"2"}"#)
            #expect(try await kubectl("delete", "-f", second).status == 0)
            #expect(try await kubectl("get", "cm").output == "")
        }
    }

    @Test(arguments: [
        ("strategic", #"{"metadata": {"labels": {"p": "1"}}}"#), ("merge", #"{"metadata": {"labels": {"p": "1"}}}"#),
        ("json", #"[{"op": "add", "path": "/metadata/labels/p", "value": "1"}]"#),
    ])
    func `each kind of patch is taken`(type: String, patch: String) async throws {
        let access = cluster.access
        try await withKubectl { (kubectl: Kubectl) async throws in
            let outcome = try await kubectl("patch", "node", "node-1", "--type", type, "-p", patch)
            #expect(outcome.output == "node/node-1 patched\n", "\(outcome.errors)")
            #expect(try access.read { $0.object(.nodes, .init(name: "node-1"))?[path: ["metadata", "labels", "p"]] } == "1")
        }
    }

    @Test func `a status is patched through its own path`() async throws {
        let access = cluster.access
        try await withKubectl { (kubectl: Kubectl) async throws in
            let patch = #"{"status": {"addresses": [{"type": "ExternalIP", "address": "34.9.9.9"}]}, "spec": {"unschedulable": true}}"#
            let outcome = try await kubectl("patch", "node", "node-1", "--subresource=status", "-p", patch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let node = try access.read { $0.object(.nodes, .init(name: "node-1")) }
            #expect(node?[path: ["status", "addresses"]]?.array?.count == 3)
            #expect(node?[path: ["status", "addresses"]]?.array?.contains(["type": "ExternalIP", "address": "34.9.9.9"]) == true)
            #expect(node?[path: ["spec", "unschedulable"]] == nil)
        }
    }

    @Test func `events are listed and watched through to their object`() async throws {
        try await withKubectl { (kubectl: Kubectl) async throws in
            let event = try kubectl.write(
                """
                {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "node-1.1", "namespace": "default"}, "type": "Warning",
                 "reason": "AddressUnbound", "message": "no node holds it", "source": {"component": "drawbridge"},
                 "involvedObject": {"kind": "Node", "name": "node-1"}, "count": 1}
                """, to: "event.json")
            #expect(try await kubectl("create", "-f", event).status == 0)
            let listed = try await kubectl("get", "events")
            #expect(listed.output.contains("AddressUnbound   node/node-1   no node holds it"), "\(listed)")
            let foreign = try await kubectl("get", "events", "--field-selector", "involvedObject.name=node-2", "-o", "name")
            #expect(foreign.output == "")
        }
    }

    @Test func `a refusal is told in the API server's words`() async throws {
        try cluster.access.write { $0.authority.denials = [.init(user: "alice", verb: "list", resource: "nodes")] }
        try await withKubectl { (kubectl: Kubectl) async throws in
            let outcome = try await kubectl("get", "nodes")
            #expect(
                outcome.errors
                    == "Error from server (Forbidden): nodes is forbidden: User \"alice\" cannot list resource \"nodes\" in API group \"\" at the cluster scope\n"
            )
            let taint = try await kubectl("patch", "node", "node-1", "-p", #"{"spec": {"taints": [{"key": "k", "effect": "Never"}]}}"#)
            #expect(
                taint.errors.contains(
                    #"The Node "node-1" is invalid: spec.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute""#
                ), "\(taint.errors)")
        }
    }

    @Test func `discovery, versions and health are there`() async throws {
        try await withKubectl { (kubectl: Kubectl) async throws in
            let resources = try await kubectl("api-resources", "--no-headers").output
            #expect(resources.contains("nodes") && resources.contains("coordination.k8s.io/v1"))
            #expect(try await kubectl("version").output.contains("Server Version: v1.32.4"))
            #expect(try await kubectl("get", "--raw", "/readyz").output == "ok")
        }
    }
}

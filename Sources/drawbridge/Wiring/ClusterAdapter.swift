import Kubernetes
import Model
import Reconciliation

/// The Kubernetes client as the loop's port.
struct ClusterAdapter: ClusterPort {
    let client: KubernetesClient
    /// `nil`: events are not written.
    let recorder: EventRecorder?

    func nodes(_ selector: LabelSelector) async throws(APIError) -> [Node] {
        try await client.listNodes(selector.requirements.isEmpty ? nil : selector).items
    }
    func node(_ name: String) async throws(APIError) -> Node { try await client.getNode(name) }

    func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node {
        try await client.setAnnotation(key, to: value, on: node, gate: gate)
    }

    func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node {
        try await client.removeTaint(key, from: node, gate: gate)
    }

    func record(_ event: NodeEvent) async { recorder?.record(event) }
}

/// In place of a cluster that is not configured: every reading is unknown, and says why.
struct NoCluster: ClusterPort {
    let problem: String

    private func error(_ operation: String) -> APIError {
        APIError(
            api: .kubernetes, operation: operation, resource: "nodes", code: "not-configured", message: problem, disposition: .permanent)
    }

    func nodes(_ selector: LabelSelector) async throws(APIError) -> [Node] { throw error("list nodes") }
    func node(_ name: String) async throws(APIError) -> Node { throw error("get node") }
    func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node {
        throw error("patch node")
    }
    func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node { throw error("patch node") }
    func record(_ event: NodeEvent) async {}
}

import Kubernetes
import Model

/// Writes whose gate is always open, for tests that are about something else.
extension KubernetesClient {
    func setAnnotation(_ key: String, to value: String?, on node: Node) async throws(APIError) -> Node {
        try await setAnnotation(key, to: value, on: node, gate: WriteGate { true })
    }

    func removeTaint(_ key: String, from node: Node) async throws(APIError) -> Node {
        try await removeTaint(key, from: node, gate: WriteGate { true })
    }
}

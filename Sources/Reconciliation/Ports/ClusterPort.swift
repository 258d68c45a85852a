package import Model

/// Kubernetes nodes and events, as the loop needs them. Every patch carries the node's resourceVersion, and asks its gate before each
/// request.
package protocol ClusterPort: Sendable {
    func nodes(_ selector: LabelSelector) async throws(APIError) -> [Node]
    func node(_ name: String) async throws(APIError) -> Node
    /// Sets or, with `nil`, removes an annotation. A node that changed meanwhile is `.reread`.
    func setAnnotation(_ key: String, to value: String?, on node: Node, gate: WriteGate) async throws(APIError) -> Node
    /// Removes the taints of a key, whatever their effect. A node that changed meanwhile is `.reread`.
    func removeTaint(_ key: String, from node: Node, gate: WriteGate) async throws(APIError) -> Node
    /// Never fails and never waits for long: an event that can't be written is dropped.
    func record(_ event: NodeEvent) async
}

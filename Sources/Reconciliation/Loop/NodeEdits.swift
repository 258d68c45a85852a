import Model

/// Edits of a node that hold whatever else happens to it meanwhile: a kubelet writes its node's status all the time, so a conflict alone
/// says nothing. Each edit reads again after a conflict, and gives up when what it depends on has changed.
struct NodeEdits: Sendable {
    let cluster: any ClusterPort
    let gate: WriteGate
    private let attempts = 8

    init(cluster: any ClusterPort, gate: WriteGate) {
        self.cluster = cluster
        self.gate = gate
    }

    /// Replaces the claim, if the node is still the same and carries the expected one.
    func replaceClaim(on node: Node, expected: SwapClaim?, with claim: SwapClaim?) async throws(APIError) {
        // A node as the plan saw it is older than the claim that was written since: it can't say that there is nothing to take off.
        let isCurrent = node.claim == expected && !node.hasUnreadableClaim
        try await edit(node, readsFirst: !isCurrent) { (current) async throws(APIError) in
            if current.claim == claim && !current.hasUnreadableClaim { return }
            guard current.claim == expected, !current.hasUnreadableClaim else {
                throw conflict(node, "another claim stands on the node")
            }
            _ = try await cluster.setAnnotation(Node.Annotation.claim, to: claim?.json, on: current, gate: gate)
        }
    }

    func removeTaint(_ key: String, from node: Node) async throws(APIError) {
        try await edit(node) { (current) async throws(APIError) in
            guard current.taints.contains(where: { $0.key == key }) else { return }
            // The instance behind a surviving Node object may have changed: then the taint is not ours to take off on the old reading.
            guard current.instanceID == node.instanceID else { throw conflict(node, "the instance behind the node changed") }
            _ = try await cluster.removeTaint(key, from: current, gate: gate)
        }
    }

    private func edit(
        _ node: Node, readsFirst: Bool = false, _ attempt: (Node) async throws(APIError) -> Void
    ) async throws(APIError) {
        var current = readsFirst ? try await reread(node) : node
        for round in 1...attempts {
            try gate.pass(.kubernetes, "patch node", on: node.name, after: nil)
            do throws(APIError) {
                return try await attempt(current)
            } catch {
                guard error.disposition == .reread, error.code != Self.conflictCode, round < attempts else { throw error }
            }
            current = try await reread(node)
        }
    }

    private func reread(_ node: Node) async throws(APIError) -> Node {
        let current = try await cluster.node(node.name)
        guard current.uid == node.uid else { throw conflict(node, "the node was replaced by another of the same name") }
        return current
    }

    private static let conflictCode = "claim-conflict"

    private func conflict(_ node: Node, _ message: String) -> APIError {
        APIError(
            api: .kubernetes, operation: "patch node", resource: node.name, code: Self.conflictCode, message: message,
            disposition: .permanent)
    }
}

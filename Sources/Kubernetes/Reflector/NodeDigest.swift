package import Model

/// What is remembered of a node: who it is, and a digest of what matters about it. Heartbeats and resourceVersion don't.
package struct NodeDigest: Hashable, Sendable {
    var uid: String
    private var content: Int

    package init(_ node: Node) {
        uid = node.uid
        // Hasher is seeded per process; digests never leave it. A collision would cost one wake-up, made good by the next resync.
        var hasher = Hasher()
        hasher.combine(node.labels)
        // Claims come and go with the controller's own swaps, which need no waking.
        hasher.combine(
            node.annotations.filter {
                ($0.key.hasPrefix("drawbridge.dev/") && $0.key != Node.Annotation.claim) || $0.key == Node.Annotation.instanceID
            })
        hasher.combine(node.taints)
        hasher.combine(node.providerID)
        hasher.combine(node.externalIPs)
        hasher.combine(node.isUnschedulable)
        hasher.combine(node.isReady)
        hasher.combine(node.isBeingDeleted)
        content = hasher.finalize()
    }
}

package import Model

/// A node that is, or may be, without any external address while its swap is mended. It must not stay silent.
package struct StrandedNode: Hashable, Sendable {
    package var node: Node
    /// Seen so, not only possible.
    package var isCertain: Bool
    /// What is being done about it, and why it is not over.
    package var reason: String

    package init(node: Node, isCertain: Bool, reason: String) {
        self.node = node
        self.isCertain = isCertain
        self.reason = reason
    }
}

package import Model

/// One pool node: where it stands, what it holds, and what is to be done to it.
package struct NodePlan: Hashable, Sendable {
    package var node: Node
    package var state: NodeState
    /// The external addresses that it holds as far as is known; used to tell which rules it depends on. `nil`: not known.
    package var held: Set<IPAddress>?
    /// The startup taint is to be taken off: the node is bound and its address is admitted.
    package var removesTaint: Bool = false
    /// Why the startup taint stays for now.
    package var taintWaitsFor: [SecurityGroupReference] = []

    package init(node: Node, state: NodeState, held: Set<IPAddress>?) {
        self.node = node
        self.state = state
        self.held = held
    }
}

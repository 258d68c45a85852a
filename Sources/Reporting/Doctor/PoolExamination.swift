package import Model

/// What was read of one policy's addresses and nodes.
package struct PoolExamination: Sendable {
    package typealias Answer<Value> = Result<Value, APIError>

    package var policy: Whitelist
    package var addresses: Answer<AddressListing>
    /// `nil` for a policy without `nodes`.
    package var nodes: Answer<[Node]>?
    /// Of as many nodes as were asked about.
    package var instances: [InstanceReference: Answer<Instance>] = [:]
    /// The node that this process runs on.
    package var ownNode: String?

    package init(policy: Whitelist, addresses: Answer<AddressListing>, nodes: Answer<[Node]>?, ownNode: String?) {
        self.policy = policy
        self.addresses = addresses
        self.nodes = nodes
        self.ownNode = ownNode
    }
}

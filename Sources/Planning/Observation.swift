package import Model

/// All that was read for one policy in one pass. What could not be read is unknown, never empty.
package struct Observation: Sendable {
    package var at: Moment
    /// The Addresses that carry the policy's labels; `nil` regions mean that the whole list failed.
    package var addresses: Reading<AddressListing>
    /// The nodes that the policy selects; `.known([])` for a policy without nodes.
    package var nodes: Reading<[Node]>
    package var groups: [SecurityGroupReference: Reading<SecurityGroup>]
    /// Instances read in this pass, as far as `Inquiry` asked for them. `.missing` is the API's word on this very instance: it is gone.
    package var instances: [InstanceReference: Reading<Instance>]
    /// Every external Address of the project, whatever its labels, where `Inquiry` asked for it.
    package var projectAddresses: Reading<AddressListing>?
    /// Direct look-ups of Addresses that rules name, where `Inquiry` asked for them.
    package var lookups: [AddressReference: Reading<AddressLookup>]
    /// Nodes outside the pool that carry a claim of this policy: they left it in the middle of a swap that nobody carries on.
    package var strays: [Node] = []

    package init(
        at: Moment, addresses: Reading<AddressListing>, nodes: Reading<[Node]>,
        groups: [SecurityGroupReference: Reading<SecurityGroup>], instances: [InstanceReference: Reading<Instance>] = [:],
        projectAddresses: Reading<AddressListing>? = nil, lookups: [AddressReference: Reading<AddressLookup>] = [:]
    ) {
        self.at = at
        self.addresses = addresses
        self.nodes = nodes
        self.groups = groups
        self.instances = instances
        self.projectAddresses = projectAddresses
        self.lookups = lookups
    }
}

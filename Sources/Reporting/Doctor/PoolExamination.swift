package import Model

/// What was read of one policy's addresses and nodes.
package struct PoolExamination: Sendable {
    package typealias Answer<Value> = Result<Value, APIError>

    package var policy: Whitelist
    package var addresses: Answer<AddressListing>
    /// `nil` for a policy without `nodes`.
    package var nodes: Answer<[Node]>?
    /// Of the sample of the nodes, or of those of it that there was an answer about.
    package var instances: [InstanceReference: Answer<Instance>] = [:]
    /// The node that this process runs on.
    package var ownNode: String?

    package init(policy: Whitelist, addresses: Answer<AddressListing>, nodes: Answer<[Node]>?, ownNode: String?) {
        self.policy = policy
        self.addresses = addresses
        self.nodes = nodes
        self.ownNode = ownNode
    }

    /// The instances that are looked at of a pool: all, or so many that each zone has its share, evenly over its nodes' names, since
    /// these begin with the pool's.
    package static func sample(of nodes: [Node], limit: Int) -> [InstanceReference] {
        let zones = Dictionary(grouping: nodes.compactMap(\.instance)) { "\($0.project)/\($0.zone)" }
            .sorted { $0.key < $1.key }.map { $0.value.sorted() }
        var shares = zones.map { _ in 0 }
        var left = min(limit, zones.map(\.count).reduce(0, +))
        while left > 0 {
            for index in zones.indices where left > 0 && shares[index] < zones[index].count {
                shares[index] += 1
                left -= 1
            }
        }
        return zip(zones, shares).flatMap { zone, share in (0..<share).map { zone[$0 * zone.count / share] } }
    }
}

/// A VM instance, so far as its external address is concerned.
///
/// Source: Compute Engine REST v1, `instances`.
package struct Instance: Hashable, Sendable {
    package var reference: InstanceReference
    /// The numeric id: a recreated instance keeps its name and gets a new id.
    package var id: String
    /// `RUNNING`, `STOPPING`, …
    package var status: String
    package var networkInterfaces: [NetworkInterface]

    package init(reference: InstanceReference, id: String, status: String, networkInterfaces: [NetworkInterface]) {
        self.reference = reference
        self.id = id
        self.status = status
        self.networkInterfaces = networkInterfaces
    }

    /// The interface that a node's traffic leaves by: the first.
    package var primaryInterface: NetworkInterface? { networkInterfaces.first }

    /// The external IPv4 access config of the primary interface; at most one is supported.
    package var accessConfig: AccessConfig? { primaryInterface?.accessConfigs.first { $0.type == AccessConfig.oneToOneNAT } }
}

package struct NetworkInterface: Hashable, Sendable {
    /// `nic0`.
    package var name: String
    package var accessConfigs: [AccessConfig]
    /// None in a legacy network, or where it was not read.
    package var subnetwork: SubnetworkReference?

    package init(name: String, accessConfigs: [AccessConfig], subnetwork: SubnetworkReference? = nil) {
        self.name = name
        self.accessConfigs = accessConfigs
        self.subnetwork = subnetwork
    }
}

package struct AccessConfig: Hashable, Sendable, Codable {
    package static let oneToOneNAT = "ONE_TO_ONE_NAT"

    /// `external-nat`, `External NAT`, `External IP` are all met: it is read, never guessed.
    package var name: String
    package var type: String
    /// None while an ephemeral address is being drawn.
    package var natIP: IPAddress?
    package var networkTier: NetworkTier?

    package init(name: String, type: String = AccessConfig.oneToOneNAT, natIP: IPAddress?, networkTier: NetworkTier?) {
        self.name = name
        self.type = type
        self.natIP = natIP
        self.networkTier = networkTier
    }
}

/// A regional external static Address of GCE.
///
/// Source: Compute Engine REST v1, `addresses`.
package struct Address: Hashable, Sendable {
    /// What became of the reservation.
    package enum Status: String, Hashable, Sendable, Codable {
        case reserving = "RESERVING"
        case reserved = "RESERVED"
        case inUse = "IN_USE"
    }

    package var reference: AddressReference
    /// The numeric id; unlike the name it is never given twice.
    package var id: String
    package var ip: IPAddress
    /// 32 for an IPv4 address, 96 for the IPv6 range of a VM.
    package var prefixLength: Int
    package var status: Status
    package var networkTier: NetworkTier
    package var labels: [String: String]
    /// What uses it, as self links.
    package var users: [AddressUser]

    package init(
        reference: AddressReference, id: String, ip: IPAddress, prefixLength: Int? = nil, status: Status,
        networkTier: NetworkTier, labels: [String: String], users: [AddressUser]
    ) {
        self.reference = reference
        self.id = id
        self.ip = ip
        self.prefixLength = prefixLength ?? ip.family.width
        self.status = status
        self.networkTier = networkTier
        self.labels = labels
        self.users = users
    }

    package var cidr: CIDR { CIDR(masking: ip, prefixLength: prefixLength) }
    package var name: String { reference.name }
}

/// The place of an Address: names are unique within a project's region.
package struct AddressReference: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package var project: String
    package var region: String
    package var name: String

    package init(project: String, region: String, name: String) {
        self.project = project
        self.region = region
        self.name = name
    }

    package static func < (a: Self, b: Self) -> Bool { (a.project, a.region, a.name) < (b.project, b.region, b.name) }
    package var description: String { "projects/\(project)/regions/\(region)/addresses/\(name)" }
}

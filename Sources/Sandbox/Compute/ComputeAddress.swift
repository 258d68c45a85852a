package import Model

/// An Address resource as GCE keeps it: external or internal, regional or global.
package struct ComputeAddress: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case external = "EXTERNAL", `internal` = "INTERNAL" }

    /// The region of a global Address in its reference.
    package static let globalScope = "global"

    package var reference: AddressReference
    package var id: UInt64
    package var ip: IPAddress
    /// Given for ranges only, such as the /96 of an IPv6 Address.
    package var prefixLength: Int?
    package var kind: Kind
    /// Internal addresses have none.
    package var networkTier: NetworkTier?
    package var status: Address.Status
    package var labels: [String: String]
    /// Self links.
    package var users: [String]
    package var description: String
    package var createdAt: Timestamp

    package init(
        reference: AddressReference, id: UInt64, ip: IPAddress, prefixLength: Int? = nil, kind: Kind = .external,
        networkTier: NetworkTier? = .premium, status: Address.Status = .reserved, labels: [String: String] = [:],
        users: [String] = [], description: String = "", createdAt: Timestamp
    ) {
        self.reference = reference
        self.id = id
        self.ip = ip
        self.prefixLength = prefixLength
        self.kind = kind
        self.networkTier = kind == .internal ? nil : networkTier
        self.status = status
        self.labels = labels
        self.users = users
        self.description = description
        self.createdAt = createdAt
    }

    package var isGlobal: Bool { reference.region == Self.globalScope }

    /// `projects/P/regions/R/addresses/A`, or `projects/P/global/addresses/A`.
    package var path: String { Self.path(reference) }

    package static func path(_ reference: AddressReference) -> String {
        reference.region == globalScope
            ? "projects/\(reference.project)/global/addresses/\(reference.name)" : reference.description
    }

    package func json(links: ComputeLinks) -> JSONValue {
        var value: JSONValue = [
            "kind": "compute#address", "id": .string(String(id)), "creationTimestamp": .string(createdAt.rfc3339Milli),
            "name": .string(reference.name), "description": .string(description), "address": .string(ip.description),
            "status": .string(status.rawValue), "selfLink": .string(links.link(path)), "addressType": .string(kind.rawValue),
            "labelFingerprint": .string(ComputeFingerprint.of(labels)),
        ]
        if !isGlobal { value["region"] = .string(links.link("projects/\(reference.project)/regions/\(reference.region)")) }
        if let prefixLength { value["prefixLength"] = .integer(Int64(prefixLength)) }
        if let networkTier { value["networkTier"] = .string(networkTier.rawValue) }
        if ip.family == .v6 {
            value["ipVersion"] = "IPV6"
            value["ipv6EndpointType"] = "VM"
        }
        if kind == .internal { value["purpose"] = "GCE_ENDPOINT" }
        if !labels.isEmpty { value["labels"] = JSONValue(labels) }
        if !users.isEmpty { value["users"] = .array(users.map { .string(links.link($0)) }) }
        return value
    }
}

extension Timestamp {
    /// With three digits of a second, as Compute Engine writes times.
    package var rfc3339Milli: String { String(rfc3339Micro.dropLast(4)) + "Z" }
}

import Model

/// One call of a `testIamPermissions` method: what is asked on what.
struct PermissionQuestion: Sendable {
    var method: ComputeMethod
    /// What it is asked on, below the endpoint.
    var path: [String]
    /// What the caller needs there.
    var needed: [String]
    /// Held by whoever gets this far. An answer that does not name it tells nothing of the others either.
    var witness: String
    /// What the answer holds for: roles are granted on projects, and seldom on one instance or Address of a zone or region.
    var scope: [String]

    static func instance(_ reference: InstanceReference) -> PermissionQuestion {
        let zone = ["projects", reference.project, "zones", reference.zone, "instances"]
        return PermissionQuestion(
            method: .testInstancePermissions, path: zone + [reference.name],
            needed: ["compute.instances.addAccessConfig", "compute.instances.deleteAccessConfig"], witness: "compute.instances.get",
            scope: zone)
    }

    static func address(_ reference: AddressReference) -> PermissionQuestion {
        let region = ["projects", reference.project, "regions", reference.region, "addresses"]
        return PermissionQuestion(
            method: .testAddressPermissions, path: region + [reference.name], needed: ["compute.addresses.use"],
            witness: "compute.addresses.get", scope: region)
    }

    /// Subnetworks are granted one by one with a Shared VPC.
    static func subnetwork(_ reference: SubnetworkReference) -> PermissionQuestion {
        let path = ["projects", reference.project, "regions", reference.region, "subnetworks", reference.name]
        return PermissionQuestion(
            method: .testSubnetworkPermissions, path: path, needed: ["compute.subnetworks.useExternalIp"],
            witness: "compute.subnetworks.list", scope: path)
    }

    var resource: String { path.joined(separator: "/") }
}

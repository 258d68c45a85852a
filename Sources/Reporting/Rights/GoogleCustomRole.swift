/// The custom role of Drawbridge's Google service account: the permissions that it uses in a project, and no others.
package struct GoogleCustomRole: Hashable, Sendable {
    /// What is needed to know the reserved set, and that an Address was released: all that a policy without `nodes` uses.
    package static let addressPermissions = ["compute.addresses.get", "compute.addresses.list"]

    /// What is needed besides to put Addresses on nodes. `compute.instances.list` and `compute.subnetworks.list` only let it ask what it
    /// may do, before it takes an address off a node.
    package static let nodePermissions = [
        "compute.addresses.use",
        "compute.instances.addAccessConfig",
        "compute.instances.deleteAccessConfig",
        "compute.instances.get",
        "compute.instances.list",
        "compute.subnetworks.list",
        "compute.subnetworks.useExternalIp",
        "compute.zoneOperations.get",
    ]

    /// Sorted.
    package let permissions: [String]

    /// - Parameter bindsNodes: whether a policy of the project has `nodes`.
    package init(bindsNodes: Bool) {
        permissions = (Self.addressPermissions + (bindsNodes ? Self.nodePermissions : [])).sorted()
    }

    /// As `gcloud iam roles create --file` takes it. Source: gcloud reference, `iam roles create`.
    package var yaml: String {
        let head = """
            title: Drawbridge
            description: Keeps the nodes of a GKE pool on reserved external addresses.
            stage: GA
            includedPermissions:

            """
        return head + permissions.map { "- \($0)\n" }.joined()
    }
}

/// The methods of Compute Engine v1 that Drawbridge calls, each with the IAM permissions that it needs.
///
/// `policies/gcp-role.yaml` grants the union of them and nothing else; a test compares the two.
/// Source: Compute Engine REST v1, "IAM Permissions" of each method.
package enum ComputeMethod: String, CaseIterable, Sendable {
    case aggregatedListAddresses = "addresses.aggregatedList"
    case listAddresses = "addresses.list"
    case getAddress = "addresses.get"
    case getInstance = "instances.get"
    case addAccessConfig = "instances.addAccessConfig"
    case deleteAccessConfig = "instances.deleteAccessConfig"
    case getZoneOperation = "zoneOperations.get"
    case waitForZoneOperation = "zoneOperations.wait"
    case testAddressPermissions = "addresses.testIamPermissions"
    case testInstancePermissions = "instances.testIamPermissions"
    case testSubnetworkPermissions = "subnetworks.testIamPermissions"

    package var permissions: [String] {
        switch self {
        case .aggregatedListAddresses, .listAddresses: ["compute.addresses.list"]
        case .getAddress: ["compute.addresses.get"]
        case .getInstance: ["compute.instances.get"]
        case .addAccessConfig:
            // `addresses.use` on the static address, `subnetworks.useExternalIp` on the subnet of the interface.
            ["compute.addresses.use", "compute.instances.addAccessConfig", "compute.subnetworks.useExternalIp"]
        case .deleteAccessConfig: ["compute.instances.deleteAccessConfig"]
        case .getZoneOperation, .waitForZoneOperation: ["compute.zoneOperations.get"]
        // To ask what is granted needs the right to list: without it the answer is 403, and what is granted is not known.
        // Source: Compute Engine REST v1, `subnetworks.testIamPermissions`; GoogleCloudPlatform/iap-desktop pull request 366.
        case .testAddressPermissions: ["compute.addresses.list"]
        case .testInstancePermissions: ["compute.instances.list"]
        case .testSubnetworkPermissions: ["compute.subnetworks.list"]
        }
    }

    /// All permissions that the client uses, sorted, each once.
    package static var allPermissions: [String] { Set(allCases.flatMap(\.permissions)).sorted() }

    /// Whether the method changes something: its retries have a budget of their own.
    var isWrite: Bool { self == .addAccessConfig || self == .deleteAccessConfig }
}

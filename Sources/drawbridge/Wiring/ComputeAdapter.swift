import GCP
import Model
import Reconciliation

/// The Compute Engine client as the loop's port.
struct ComputeAdapter: ComputePort {
    let client: ComputeClient
    /// How long an operation is waited for.
    let operationLimit: Duration

    func addresses(_ selection: Whitelist.Addresses) async throws(APIError) -> AddressListing {
        try await client.listAddresses(project: selection.project, regions: selection.regions, labels: selection.labels)
    }

    func projectAddresses(_ project: String) async throws(APIError) -> AddressListing {
        try await client.listAddresses(project: project, regions: [], labels: nil)
    }

    func address(_ reference: AddressReference) async throws(APIError) -> AddressLookup { try await client.getAddress(reference) }

    func instance(_ reference: InstanceReference) async throws(APIError) -> Instance { try await client.getInstance(reference) }

    func missingPermissions(
        _ instance: InstanceReference, subnetwork: SubnetworkReference?, address: AddressReference
    ) async throws(APIError) -> [String] {
        try await client.missingPermissions(instance: instance, subnetwork: subnetwork, address: address)
    }

    func deleteAccessConfig(
        _ instance: InstanceReference, networkInterface: String, name: String, requestID: String, gate: WriteGate
    ) async throws(APIError) {
        try await client.deleteAccessConfig(
            instance: instance, networkInterface: networkInterface, accessConfig: name, requestID: requestID, limit: operationLimit,
            gate: gate)
    }

    func addAccessConfig(
        _ instance: InstanceReference, networkInterface: String, name: String, natIP: IPAddress?, networkTier: NetworkTier,
        requestID: String,
        gate: WriteGate
    ) async throws(APIError) {
        try await client.addAccessConfig(
            instance: instance, networkInterface: networkInterface, name: name, natIP: natIP, networkTier: networkTier,
            requestID: requestID,
            limit: operationLimit, gate: gate)
    }
}

package import Model

/// GCE, as the loop needs it. Waits for operations to be DONE and reads their errors. A write asks its gate before each request.
package protocol ComputePort: Sendable {
    /// The Addresses that carry the policy's labels, in its regions.
    func addresses(_ selection: Whitelist.Addresses) async throws(APIError) -> AddressListing
    /// Every external Address of a project.
    func projectAddresses(_ project: String) async throws(APIError) -> AddressListing
    func address(_ reference: AddressReference) async throws(APIError) -> AddressLookup
    func instance(_ reference: InstanceReference) async throws(APIError) -> Instance
    /// The permissions for a swap that are certainly missing. Cheap: an answer holds for a while, for many instances.
    ///
    /// - Throws: when nothing is known to be missing, and not everything is known to be granted.
    func missingPermissions(
        _ instance: InstanceReference, subnetwork: SubnetworkReference?, address: AddressReference
    ) async throws(APIError) -> [String]

    /// Takes an access config off. The same request id has no second effect.
    func deleteAccessConfig(
        _ instance: InstanceReference, networkInterface: String, name: String, requestID: String, gate: WriteGate
    ) async throws(APIError)

    /// Puts an access config on: with this address, or with an ephemeral one for `nil`.
    func addAccessConfig(
        _ instance: InstanceReference, networkInterface: String, name: String, natIP: IPAddress?, networkTier: NetworkTier,
        requestID: String,
        gate: WriteGate
    ) async throws(APIError)
}

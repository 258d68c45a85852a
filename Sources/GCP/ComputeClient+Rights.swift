package import Model

/// What the caller may do, for a person who wants to know. The loop's own question is `missingPermissions`; these are its parts, asked
/// anew each time.
extension ComputeClient {
    /// Which permissions a question was about, and which of them the caller lacks.
    package struct Rights: Hashable, Sendable {
        /// What it was asked on.
        package var resource: String
        package var needed: [String]
        package var missing: [String]
    }

    /// What a swap needs on an instance, an Address and a subnetwork.
    package static let instanceRights = PermissionQuestion.instance(.init(project: "", zone: "", name: "")).needed
    package static let addressRights = PermissionQuestion.address(.init(project: "", region: "", name: "")).needed
    package static let subnetworkRights = PermissionQuestion.subnetwork(.init(project: "", region: "", name: "")).needed

    /// `addAccessConfig` and `deleteAccessConfig` on an instance.
    package func rights(on instance: InstanceReference) async throws(APIError) -> Rights { try await rights(.instance(instance)) }

    /// `addresses.use` on an Address.
    package func rights(on address: AddressReference) async throws(APIError) -> Rights { try await rights(.address(address)) }

    /// `subnetworks.useExternalIp` on a subnetwork.
    package func rights(on subnetwork: SubnetworkReference) async throws(APIError) -> Rights {
        try await rights(.subnetwork(subnetwork))
    }

    /// - Throws: when the answer tells nothing: the caller may not ask, or the method is not there.
    private func rights(_ question: PermissionQuestion) async throws(APIError) -> Rights {
        Rights(resource: question.resource, needed: question.needed, missing: try await ask(question).get())
    }

    /// Whether operations of a zone can be read: no method tests that permission, so one that doesn't exist is asked for. Who may read
    /// operations is told that it was not found, anybody else that reading is refused.
    ///
    /// - Throws: `.denied` without `compute.zoneOperations.get`.
    package func checkOperationsReadable(project: String, zone: String) async throws(APIError) {
        let name = "drawbridge-doctor"
        let call = ComputeCall(
            method: .getZoneOperation, resource: "operations of projects/\(project)/zones/\(zone)", verb: "GET",
            path: ["projects", project, "zones", zone, "operations", name])
        do {
            _ = try await answer(to: call, within: .seconds(10))
        } catch {
            guard error.httpStatus == 404 else { throw error }
        }
    }
}

import FoundationEssentials
import HTTP
package import Model

extension ComputeClient {
    /// The instance with its network interfaces and their IPv4 access configs.
    ///
    /// - Throws: `.missing` only if the API says of this very instance that it was not found; for a missing project or zone
    ///   `.permanent`.
    package func getInstance(_ reference: InstanceReference) async throws(APIError) -> Instance {
        var call = call(.getInstance, reference, verb: "GET", action: nil)
        call.query = [("fields", InstanceResource.fields)]
        let body: [UInt8]
        do {
            body = try await answer(to: call, within: nil)
        } catch {
            throw Self.narrowed(error, to: reference, otherwise: .permanent)
        }
        let resource = try decode(InstanceResource.self, body, of: call)
        do {
            return try resource.instance(reference)
        } catch {
            throw malformed(call, error.reason)
        }
    }

    /// Takes an access config off an interface, and waits until that is done.
    ///
    /// - Parameters:
    ///   - accessConfig: the name as it was read: GCE has answered 200 for a name that does not exist, and done nothing.
    ///   - requestID: a UUID. Repeating the call with the same one has no second effect; a new attempt takes a new one.
    ///   - limit: for the call and the wait together.
    ///   - gate: asked before each request that could start the operation, not by the wait; closed, it ends the call with `lease-lost`.
    /// - Throws: with `mayHaveTakenEffect` where the outcome is not known (cancelled, timed out, lost operation).
    package func deleteAccessConfig(
        instance: InstanceReference, networkInterface: String, accessConfig: String, requestID: String, limit: Duration,
        gate: WriteGate
    ) async throws(APIError) {
        var call = call(.deleteAccessConfig, instance, verb: "POST", action: "deleteAccessConfig")
        call.query = [("accessConfig", accessConfig), ("networkInterface", networkInterface), ("requestId", requestID)]
        try await complete(call, on: instance, limit: limit, gate: gate)
    }

    /// Puts an access config on an interface that has none, and waits until that is done.
    ///
    /// - Parameters:
    ///   - natIP: a static address of the instance's region that nothing uses; `nil` draws an ephemeral one.
    ///   - networkTier: must be that of the Address; `nil` leaves it to the project's default.
    ///   - requestID: as with `deleteAccessConfig`.
    ///   - limit, gate: as with `deleteAccessConfig`.
    /// - Throws: `.reread` where the address or the interface was no longer as read (list again, try the next address); else as
    ///   `deleteAccessConfig`.
    package func addAccessConfig(
        instance: InstanceReference, networkInterface: String, name: String, natIP: IPAddress?, networkTier: NetworkTier?,
        requestID: String, limit: Duration, gate: WriteGate
    ) async throws(APIError) {
        var call = call(.addAccessConfig, instance, verb: "POST", action: "addAccessConfig")
        call.query = [("networkInterface", networkInterface), ("requestId", requestID)]
        let body = AddedAccessConfig(name: name, natIP: natIP?.description, networkTier: networkTier?.rawValue)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            call.body = [UInt8](try encoder.encode(body))
        } catch {
            throw call.error("malformed-request", "the access config can't be written as JSON", .permanent)
        }
        try await complete(call, on: instance, limit: limit, gate: gate)
    }

    /// Source: Compute Engine REST v1, `instances.addAccessConfig`, request body.
    private struct AddedAccessConfig: Encodable {
        var name: String
        var type = AccessConfig.oneToOneNAT
        var natIP: String?
        var networkTier: String?
    }

    private func call(_ method: ComputeMethod, _ reference: InstanceReference, verb: String, action: String?) -> ComputeCall {
        ComputeCall(
            method: method, resource: reference.description, verb: verb,
            path: ["projects", reference.project, "zones", reference.zone, "instances", reference.name] + [action].compactMap { $0 })
    }

    private func complete(
        _ call: ComputeCall, on instance: InstanceReference, limit: Duration, gate: WriteGate
    ) async throws(APIError) {
        let start = runtime.now().instant
        var call = call
        call.gate = gate
        call.limits.total = max(.seconds(1), min(limit, .seconds(30)))
        do {
            let body = try await answer(to: call, within: limit)
            let operation = try decode(OperationResource.self, body, of: call)
            try await finish(operation, of: call, on: instance, start: start, deadline: start + limit)
        } catch {
            throw Self.narrowed(error, to: instance, otherwise: .reread)
        }
    }

    /// A 404 about something else (a zone, an address, a subnet) does not say that the instance is gone.
    private static func narrowed(
        _ error: APIError, to instance: InstanceReference, otherwise: APIError.Disposition
    ) -> APIError {
        guard error.isMissing, MissingResource(error.message)?.isInstance(instance) != true else { return error }
        var error = error
        error.disposition = otherwise
        return error
    }
}

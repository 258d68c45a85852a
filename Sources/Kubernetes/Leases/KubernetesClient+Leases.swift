package import Model

extension KubernetesClient {
    /// A leader that hears nothing must know in time, before its lease runs out (15 s as a rule): a call ends within twice this,
    /// the run of an exec plugin not counted.
    private static let timeLimit = Duration.seconds(5)

    /// Source: Kubernetes API, coordination.k8s.io/v1, `GET …/namespaces/{namespace}/leases/{name}`.
    ///
    /// - Throws: `.missing` when there is none.
    package func getLease(_ name: String, namespace: String) async throws(APIError) -> Lease {
        try await lease(
            call(KubernetesPermissions.getLease, "GET", name, namespace, path: Self.path(namespace) + "/" + APICall.encode(name)))
    }

    /// Makes a Lease.
    ///
    /// - Throws: `.reread` when there is one already (AlreadyExists), and when the answer was lost.
    package func createLease(_ lease: Lease) async throws(APIError) -> Lease {
        var call = call(KubernetesPermissions.createLease, "POST", lease.name, lease.namespace, path: Self.path(lease.namespace))
        var metadata: [String: JSONValue] = ["name": .string(lease.name), "namespace": .string(lease.namespace)]
        if !lease.annotations.isEmpty { metadata["annotations"] = .object(lease.annotations.mapValues(JSONValue.string)) }
        call.contentType = APICall.json
        call.body = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": .object(metadata), "spec": WireLease.spec(of: lease),
        ]
        return try await self.lease(call)
    }

    /// Writes a Lease's spec, if it is still the one that was read; annotations stay as they are on the server, but for those named.
    ///
    /// A merge patch with the resourceVersion: labels, owner references and fields unknown to this client stay, which a PUT would
    /// have to send back.
    ///
    /// - Parameter annotations: keys; each is written as it stands in the lease, or taken off where it doesn't.
    /// - Throws: `.reread` when someone else has written it since (409), and when the answer was lost.
    package func updateLease(_ lease: Lease, annotations keys: [String] = []) async throws(APIError) -> Lease {
        let written = Dictionary(keys.map { ($0, JSONValue(lease.annotations[$0])) }, uniquingKeysWith: { first, _ in first })
        return try await patch(lease, metadata: written.isEmpty ? [:] : ["annotations": .object(written)], spec: WireLease.spec(of: lease))
    }

    /// Sets an annotation of the Lease, or takes it off with `nil`, under the same condition.
    package func setLeaseAnnotation(_ key: String, to value: String?, on lease: Lease) async throws(APIError) -> Lease {
        try await patch(lease, metadata: ["annotations": .object([key: JSONValue(value)])], spec: nil)
    }

    private func patch(_ lease: Lease, metadata: [String: JSONValue], spec: JSONValue?) async throws(APIError) -> Lease {
        var call = call(
            KubernetesPermissions.patchLease, "PATCH", lease.name, lease.namespace,
            path: Self.path(lease.namespace) + "/" + APICall.encode(lease.name))
        // Without a precondition two replicas could both become leaders.
        guard !lease.resourceVersion.isEmpty else {
            throw APIError(
                api: .kubernetes, operation: call.permission.description, resource: call.resource, code: "no-precondition",
                message: "the lease was never read", disposition: .reread)
        }
        var body: [String: JSONValue] = [
            "metadata": .object(metadata.merging(["resourceVersion": .string(lease.resourceVersion)]) { $1 })
        ]
        if let spec { body["spec"] = spec }
        call.contentType = APICall.mergePatch
        call.body = .object(body)
        return try await self.lease(call)
    }

    private func lease(_ call: APICall) async throws(APIError) -> Lease {
        let lease = try await answer(call, as: WireLease.self).lease
        guard !lease.name.isEmpty, !lease.resourceVersion.isEmpty else {
            throw APIError(unreadable: "the lease has no name or no resourceVersion", status: 200, to: call)
        }
        return lease
    }

    private func call(_ permission: KubernetesPermission, _ method: String, _ name: String, _ namespace: String, path: String)
        -> APICall
    {
        var call = APICall(permission: permission, resource: "lease \(namespace)/\(name)", method: method, path: path)
        call.timeLimit = Self.timeLimit
        return call
    }

    private static func path(_ namespace: String) -> String {
        "/apis/coordination.k8s.io/v1/namespaces/\(APICall.encode(namespace))/leases"
    }
}

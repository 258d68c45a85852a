package import Model

/// Texts that are kept in the cluster beside the Lease: what was told of alerts, the last changes, a dry run's report.
extension KubernetesClient {
    private static let timeLimit = Duration.seconds(10)

    /// Source: Kubernetes API, core/v1, `GET …/namespaces/{namespace}/configmaps/{name}`.
    ///
    /// - Throws: `.missing` when there is none.
    package func getConfigMap(_ name: String, namespace: String) async throws(APIError) -> ConfigMap {
        try await configMap(
            call(KubernetesPermissions.getConfigMap, "GET", name, namespace, path: Self.path(namespace) + "/" + APICall.encode(name)))
    }

    /// Makes a ConfigMap.
    ///
    /// - Throws: `.reread` when there is one already (AlreadyExists), and when the answer was lost; permanent when a text is longer
    ///   than `ConfigMap.textLimit`.
    @discardableResult
    package func createConfigMap(
        _ name: String, namespace: String, data: [String: String], gate: WriteGate?
    ) async throws(APIError) -> ConfigMap {
        var call = call(KubernetesPermissions.createConfigMap, "POST", name, namespace, path: Self.path(namespace))
        try Self.check(data, call)
        call.gate = gate
        call.contentType = APICall.json
        call.body = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": .object(data.mapValues(JSONValue.string)),
        ]
        return try await configMap(call)
    }

    /// Writes some keys of a ConfigMap, and makes it where there is none; its other keys, labels and annotations stay.
    ///
    /// - Parameters:
    ///   - data: an empty text is written as such; nothing is taken off.
    ///   - resourceVersion: of the reading that the texts were made from; `nil`: whatever stands there is overwritten.
    ///   - gate: asked before each request.
    /// - Throws: `.reread` when someone else has written it since (409), when someone else has made it meanwhile, and when the answer
    ///   was lost; permanent when a text is longer than `ConfigMap.textLimit`.
    @discardableResult
    package func patchConfigMap(
        _ name: String, namespace: String, data: [String: String], resourceVersion: String? = nil, gate: WriteGate? = nil
    ) async throws(APIError) -> ConfigMap {
        var call = call(
            KubernetesPermissions.patchConfigMap, "PATCH", name, namespace, path: Self.path(namespace) + "/" + APICall.encode(name))
        try Self.check(data, call)
        call.gate = gate
        var body: [String: JSONValue] = ["data": .object(data.mapValues(JSONValue.string))]
        if let resourceVersion { body["metadata"] = ["resourceVersion": .string(resourceVersion)] }
        call.contentType = APICall.mergePatch
        call.body = .object(body)
        do {
            return try await configMap(call)
        } catch {
            guard error.isMissing else { throw error }
            return try await createConfigMap(name, namespace: namespace, data: data, gate: gate)
        }
    }

    private static func check(_ data: [String: String], _ call: APICall) throws(APIError) {
        guard let long = data.first(where: { $0.value.utf8.count > ConfigMap.textLimit }) else { return }
        throw APIError(
            api: .kubernetes, operation: call.permission.description, resource: call.resource, code: "too-large",
            message: "\(long.key) has \(long.value.utf8.count) bytes, and at most \(ConfigMap.textLimit) are written",
            disposition: .permanent)
    }

    private func configMap(_ call: APICall) async throws(APIError) -> ConfigMap {
        let map = try await answer(call, as: WireConfigMap.self).configMap
        guard !map.name.isEmpty, !map.resourceVersion.isEmpty else {
            throw APIError(unreadable: "the ConfigMap has no name or no resourceVersion", status: 200, to: call)
        }
        return map
    }

    private func call(_ permission: KubernetesPermission, _ method: String, _ name: String, _ namespace: String, path: String)
        -> APICall
    {
        var call = APICall(permission: permission, resource: "configmap \(namespace)/\(name)", method: method, path: path)
        call.timeLimit = Self.timeLimit
        return call
    }

    private static func path(_ namespace: String) -> String { "/api/v1/namespaces/\(APICall.encode(namespace))/configmaps" }
}

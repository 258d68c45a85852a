package import HTTP
package import Model

/// What a pod or a Service serves, reached through the API server: what a person with a kubeconfig has, who can't reach the pod network.
///
/// Source: Kubernetes documentation, "Access Services Running on Clusters"; the API server takes the caller's Authorization header off.
extension KubernetesClient {
    package enum ProxiedKind: String, Sendable { case service, pod }

    /// - Parameter target: path and query, as the pod is to see them; begins with a slash.
    /// - Returns: the pod's own answer when it is a success, or 404 of its own making.
    /// - Throws: `.denied` without the right to `get services/proxy` (or `pods/proxy`); `.missing` when there is no such Service.
    package func proxy(
        _ kind: ProxiedKind, _ name: String, namespace: String, port: Int, target: String
    ) async throws(APIError) -> HTTPResponse {
        let path =
            "/api/v1/namespaces/\(APICall.encode(namespace))/\(kind.rawValue)s/http:\(APICall.encode(name)):\(port)/proxy"
        var call = APICall(
            permission: KubernetesPermission(verb: "get", apiGroup: "", resource: "\(kind.rawValue)s/proxy"),
            resource: "\(kind.rawValue) \(namespace)/\(name)", method: "GET", path: path + target)
        call.timeLimit = .seconds(20)
        return try await api.send(call)
    }
}

package import Model

/// Questions about the caller itself. They are sent as POST and keep nothing; everybody who is authenticated may ask them.
///
/// Source: Kubernetes documentation, "Using RBAC Authorization", `system:basic-user` and `system:public-info-viewer`.
extension KubernetesClient {
    private static let reviewAccess = KubernetesPermission(
        verb: "create", apiGroup: "authorization.k8s.io", resource: "selfsubjectaccessreviews")
    private static let reviewSelf = KubernetesPermission(verb: "create", apiGroup: "authentication.k8s.io", resource: "selfsubjectreviews")
    private static let getVersion = KubernetesPermission(verb: "get", apiGroup: "", resource: "/version")
    private static let timeLimit = Duration.seconds(10)

    /// Whether the caller may do something.
    ///
    /// - Parameters:
    ///   - name: of the object, where a role may name it; not for `create`, `list` and `watch`, which no name limits.
    /// Source: Kubernetes API, authorization.k8s.io/v1 SelfSubjectAccessReview.
    package func review(
        _ permission: KubernetesPermission, namespace: String?, name: String?
    ) async throws(APIError) -> AccessReview {
        var attributes: [String: JSONValue] = [
            "verb": .string(permission.verb), "group": .string(permission.apiGroup), "resource": .string(permission.resource),
        ]
        if let namespace { attributes["namespace"] = .string(namespace) }
        if let name { attributes["name"] = .string(name) }
        let call = Self.review(
            Self.reviewAccess, "\(permission)", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            body: [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": ["resourceAttributes": .object(attributes)],
            ])
        let status = try await answer(call, as: WireReview<WireAccessStatus>.self).status
        return AccessReview(
            permission: permission, namespace: namespace, isAllowed: status.allowed && status.denied != true,
            reason: status.reason ?? status.evaluationError ?? "")
    }

    /// The caller's name, as the API server has it.
    ///
    /// - Throws: `.missing` by servers before 1.28.
    /// Source: Kubernetes API, authentication.k8s.io/v1 SelfSubjectReview.
    package func callerName() async throws(APIError) -> String {
        let call = Self.review(
            Self.reviewSelf, "the caller", path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            body: ["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"])
        return try await answer(call, as: WireReview<WireSelfStatus>.self).status.userInfo.username
    }

    /// `v1.32.4-gke.1415000`. Source: Kubernetes documentation, "Client Libraries", `/version`; apimachinery version.Info.
    package func serverVersion() async throws(APIError) -> String {
        var call = APICall(permission: Self.getVersion, resource: server, method: "GET", path: "/version")
        call.timeLimit = Self.timeLimit
        return try await answer(call, as: WireVersion.self).gitVersion
    }

    private static func review(_ permission: KubernetesPermission, _ resource: String, path: String, body: JSONValue) -> APICall {
        var call = APICall(permission: permission, resource: resource, method: "POST", path: path)
        call.contentType = APICall.json
        call.body = body
        call.timeLimit = timeLimit
        return call
    }
}

private struct WireReview<Status: Decodable>: Decodable {
    var status: Status
}

private struct WireAccessStatus: Decodable {
    var allowed: Bool
    var denied: Bool?
    var reason: String?
    var evaluationError: String?
}

private struct WireSelfStatus: Decodable {
    struct UserInfo: Decodable {
        var username: String
    }

    var userInfo: UserInfo
}

private struct WireVersion: Decodable {
    var gitVersion: String
}

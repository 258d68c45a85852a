/// The reviews: asked by POST, answered, not kept.
extension KubernetesAPI {
    /// Source: Kubernetes API, authentication.k8s.io/v1 TokenReview.
    func tokenReview(_ body: JSONValue, _ authority: KubernetesAuthority) -> JSONValue {
        let user = body[path: ["spec", "token"]]?.string.flatMap { authority.user(bearer: $0) }
        var status: JSONValue = ["authenticated": .bool(user != nil)]
        if let user {
            status["user"] = ["username": .string(user.name), "groups": .array(user.groups.map(JSONValue.string))]
        } else {
            status["error"] = "[invalid bearer token]"
        }
        return ["kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "metadata": [:], "spec": [:], "status": status]
    }

    /// Source: Kubernetes API, authentication.k8s.io/v1 SelfSubjectReview.
    func selfReview(_ user: KubernetesAuthority.User) -> JSONValue {
        [
            "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": [:],
            "status": ["userInfo": ["username": .string(user.name), "groups": .array(user.groups.map(JSONValue.string))]],
        ]
    }

    /// Source: Kubernetes API, authorization.k8s.io/v1 SelfSubjectAccessReview.
    func accessReview(_ body: JSONValue, _ user: KubernetesAuthority.User, _ authority: KubernetesAuthority) -> JSONValue {
        let attributes = body[path: ["spec", "resourceAttributes"]] ?? [:]
        func text(_ name: String) -> String { attributes[name]?.string ?? "" }
        let subresource = text("subresource")
        let namespace = text("namespace")
        let isAllowed = authority.allows(
            user: user, verb: text("verb"), group: text("group"),
            resource: subresource.isEmpty ? text("resource") : "\(text("resource"))/\(subresource)",
            namespace: namespace.isEmpty ? nil : namespace)
        return [
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:], "spec": body["spec"] ?? [:],
            "status": isAllowed ? ["allowed": true] : ["allowed": false, "reason": "denied by a rule"],
        ]
    }
}

/// What the API server says of one right.
///
/// Source: Kubernetes API, authorization.k8s.io/v1 SubjectAccessReviewStatus.
package struct AccessReview: Hashable, Sendable {
    package var permission: KubernetesPermission
    /// `nil`: in the whole cluster, or of a resource that has no namespace.
    package var namespace: String?
    package var isAllowed: Bool
    /// The authorizer's words; often empty.
    package var reason: String

    package init(permission: KubernetesPermission, namespace: String?, isAllowed: Bool, reason: String) {
        self.permission = permission
        self.namespace = namespace
        self.isAllowed = isAllowed
        self.reason = reason
    }
}

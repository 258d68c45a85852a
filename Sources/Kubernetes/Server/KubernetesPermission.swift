/// A verb on a resource, as RBAC names them. Every request is made under one of `KubernetesPermissions.used`.
package struct KubernetesPermission: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var verb: String
    /// Empty for the core group.
    package var apiGroup: String
    package var resource: String

    /// `patch nodes`, `get leases.coordination.k8s.io`: the form of `kubectl auth can-i`.
    package var description: String { apiGroup.isEmpty ? "\(verb) \(resource)" : "\(verb) \(resource).\(apiGroup)" }

    package static func < (a: Self, b: Self) -> Bool { (a.apiGroup, a.resource, a.verb) < (b.apiGroup, b.resource, b.verb) }
}

/// Every (verb, resource) pair that this client uses. The RBAC manifests grant these and no others.
///
/// Nodes are cluster-wide. Leases and ConfigMaps are in the controller's own namespace. Events go to their object's namespace: `default` for nodes.
package enum KubernetesPermissions {
    static let getNode = KubernetesPermission(verb: "get", apiGroup: "", resource: "nodes")
    static let listNodes = KubernetesPermission(verb: "list", apiGroup: "", resource: "nodes")
    static let watchNodes = KubernetesPermission(verb: "watch", apiGroup: "", resource: "nodes")
    static let patchNode = KubernetesPermission(verb: "patch", apiGroup: "", resource: "nodes")
    static let getLease = KubernetesPermission(verb: "get", apiGroup: "coordination.k8s.io", resource: "leases")
    static let createLease = KubernetesPermission(verb: "create", apiGroup: "coordination.k8s.io", resource: "leases")
    static let patchLease = KubernetesPermission(verb: "patch", apiGroup: "coordination.k8s.io", resource: "leases")
    static let getConfigMap = KubernetesPermission(verb: "get", apiGroup: "", resource: "configmaps")
    static let createConfigMap = KubernetesPermission(verb: "create", apiGroup: "", resource: "configmaps")
    static let patchConfigMap = KubernetesPermission(verb: "patch", apiGroup: "", resource: "configmaps")
    static let createEvent = KubernetesPermission(verb: "create", apiGroup: "", resource: "events")
    static let patchEvent = KubernetesPermission(verb: "patch", apiGroup: "", resource: "events")

    /// Sorted.
    package static let used: [KubernetesPermission] = [
        getNode, listNodes, watchNodes, patchNode, getLease, createLease, patchLease, getConfigMap, createConfigMap, patchConfigMap,
        createEvent, patchEvent,
    ].sorted()
}

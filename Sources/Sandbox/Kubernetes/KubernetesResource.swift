/// The resources that the embedded API server keeps.
package enum KubernetesResource: String, Hashable, Sendable, CaseIterable {
    case nodes, namespaces, events, configmaps, pods, leases

    /// The API group; empty for core.
    package var group: String { self == .leases ? "coordination.k8s.io" : "" }
    package var version: String { "v1" }
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var plural: String { rawValue }
    package var isNamespaced: Bool { self != .nodes && self != .namespaces }
    package var hasStatus: Bool { self == .nodes || self == .namespaces || self == .pods }

    package var singular: String { String(rawValue.dropLast()) }

    package var kind: String {
        switch self {
        case .nodes: "Node"
        case .namespaces: "Namespace"
        case .events: "Event"
        case .configmaps: "ConfigMap"
        case .pods: "Pod"
        case .leases: "Lease"
        }
    }

    package var shortNames: [String] {
        switch self {
        case .nodes: ["no"]
        case .namespaces: ["ns"]
        case .events: ["ev"]
        case .configmaps: ["cm"]
        case .pods: ["po"]
        case .leases: []
        }
    }

    /// `nodes`, `leases.coordination.k8s.io`: as the API server's messages name it.
    package var qualified: String { group.isEmpty ? rawValue : "\(rawValue).\(group)" }
}

internal import Model

/// The fields of a core/v1 Node that `Model.Node` needs; all others are ignored.
///
/// Source: Kubernetes API, core/v1 Node, NodeSpec, NodeStatus.
struct WireNode: Decodable {
    struct Spec: Decodable {
        var providerID: String?
        var taints: [Taint]?
        var unschedulable: Bool?
    }

    struct Status: Decodable {
        struct Condition: Decodable {
            var type: String
            var status: String
        }

        struct Address: Decodable {
            var type: String
            var address: String
        }

        var conditions: [Condition]?
        var addresses: [Address]?
    }

    var metadata: WireMetadata
    var spec: Spec?
    var status: Status?

    /// Annotations of others are large and none of this program's business: they are not kept.
    private static let keptAnnotations = ["drawbridge.dev/", "container.googleapis.com/"]

    var node: Node {
        Node(
            name: metadata.name ?? "", uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "",
            labels: metadata.labels ?? [:],
            annotations: (metadata.annotations ?? [:]).filter { entry in Self.keptAnnotations.contains { entry.key.hasPrefix($0) } },
            taints: spec?.taints ?? [], providerID: spec?.providerID.flatMap { $0.isEmpty ? nil : $0 },
            externalIPs: (status?.addresses ?? []).filter { $0.type == "ExternalIP" }.compactMap { IPAddress($0.address) },
            isUnschedulable: spec?.unschedulable ?? false,
            isReady: (status?.conditions ?? []).contains { $0.type == "Ready" && $0.status == "True" },
            isBeingDeleted: metadata.deletionTimestamp != nil,
            createdAt: metadata.creationTimestamp.flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(secondsSinceEpoch: 0))
    }
}

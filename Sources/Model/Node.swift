/// A Kubernetes Node, so far as Drawbridge is concerned.
package struct Node: Hashable, Sendable {
    package var name: String
    package var uid: String
    package var resourceVersion: String
    package var labels: [String: String]
    /// Only those under `drawbridge.dev/` and `container.googleapis.com/`.
    package var annotations: [String: String]
    package var taints: [Taint]
    /// `gce://PROJECT/ZONE/INSTANCE`, once the cloud provider has set it.
    package var providerID: String?
    /// `status.addresses` of type ExternalIP.
    package var externalIPs: [IPAddress]
    package var isUnschedulable: Bool
    package var isReady: Bool
    package var isBeingDeleted: Bool
    package var createdAt: Timestamp

    package init(
        name: String, uid: String, resourceVersion: String, labels: [String: String], annotations: [String: String], taints: [Taint],
        providerID: String?, externalIPs: [IPAddress], isUnschedulable: Bool, isReady: Bool, isBeingDeleted: Bool, createdAt: Timestamp
    ) {
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.labels = labels
        self.annotations = annotations
        self.taints = taints
        self.providerID = providerID
        self.externalIPs = externalIPs
        self.isUnschedulable = isUnschedulable
        self.isReady = isReady
        self.isBeingDeleted = isBeingDeleted
        self.createdAt = createdAt
    }

    package var instance: InstanceReference? { providerID.flatMap(InstanceReference.init(providerID:)) }

    /// The numeric id of the instance that GKE wrote on the node; a Node object can survive its instance's recreation.
    package var instanceID: String? { annotations[Annotation.instanceID] }

    package enum Annotation {
        package static let instanceID = "container.googleapis.com/instance_id"
        /// A `SwapClaim` as JSON: a swap that is not over yet.
        package static let claim = "drawbridge.dev/claim"
    }
}

/// Source: Kubernetes API, core/v1 Taint.
package struct Taint: Hashable, Sendable, Codable {
    package var key: String
    package var value: String?
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    package var effect: String
    package var timeAdded: String?

    package init(key: String, value: String?, effect: String, timeAdded: String? = nil) {
        self.key = key
        self.value = value
        self.effect = effect
        self.timeAdded = timeAdded
    }
}

/// A Kubernetes Lease. Source: coordination.k8s.io/v1 LeaseSpec.
package struct Lease: Hashable, Sendable {
    package var name: String
    package var namespace: String
    package var resourceVersion: String
    package var annotations: [String: String]
    /// `nil` or empty: nobody holds it.
    package var holderIdentity: String?
    package var leaseDurationSeconds: Int
    package var acquireTime: Timestamp?
    package var renewTime: Timestamp?
    package var leaseTransitions: Int

    package init(
        name: String, namespace: String, resourceVersion: String, annotations: [String: String], holderIdentity: String?,
        leaseDurationSeconds: Int, acquireTime: Timestamp?, renewTime: Timestamp?, leaseTransitions: Int
    ) {
        self.name = name
        self.namespace = namespace
        self.resourceVersion = resourceVersion
        self.annotations = annotations
        self.holderIdentity = holderIdentity
        self.leaseDurationSeconds = leaseDurationSeconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.leaseTransitions = leaseTransitions
    }
}

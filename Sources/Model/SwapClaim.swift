/// A swap that has begun: written on the node as the annotation `drawbridge.dev/claim` before its first call, taken off when the swap is
/// over.
///
/// Whoever leads next finishes or restores it; with the same request ids a repeated call has no second effect.
package struct SwapClaim: Hashable, Sendable, Codable {
    package var policy: String
    /// The Address that the node is to hold.
    package var address: AddressReference
    package var ip: IPAddress
    /// The numeric id of the instance: a claim says nothing about another instance of the same name.
    package var instanceID: String
    /// The network interface and the access config's own name, as read before the detach.
    package var networkInterface: String
    package var accessConfigName: String
    package var networkTier: NetworkTier
    /// The address that is taken off; `nil` when the node had none.
    package var previousIP: IPAddress?
    /// UUIDs for the `requestId` of the three calls; new ones for each attempt.
    package var detachRequestID: String
    package var attachRequestID: String
    package var restoreRequestID: String
    /// When this attempt began. requestId idempotency has a finite window.
    package var startedAt: Timestamp

    package init(
        policy: String, address: AddressReference, ip: IPAddress, instanceID: String, networkInterface: String, accessConfigName: String,
        networkTier: NetworkTier, previousIP: IPAddress?, detachRequestID: String, attachRequestID: String, restoreRequestID: String,
        startedAt: Timestamp
    ) {
        self.policy = policy
        self.address = address
        self.ip = ip
        self.instanceID = instanceID
        self.networkInterface = networkInterface
        self.accessConfigName = accessConfigName
        self.networkTier = networkTier
        self.previousIP = previousIP
        self.detachRequestID = detachRequestID
        self.attachRequestID = attachRequestID
        self.restoreRequestID = restoreRequestID
        self.startedAt = startedAt
    }
}

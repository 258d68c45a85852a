internal import Model

/// Source: Kubernetes API, coordination.k8s.io/v1 Lease.
struct WireLease: Decodable {
    struct Spec: Decodable {
        var holderIdentity: String?
        var leaseDurationSeconds: Int?
        var acquireTime: String?
        var renewTime: String?
        var leaseTransitions: Int?
    }

    var metadata: WireMetadata
    var spec: Spec?

    var lease: Lease {
        Lease(
            name: metadata.name ?? "", namespace: metadata.namespace ?? "", resourceVersion: metadata.resourceVersion ?? "",
            annotations: metadata.annotations ?? [:], holderIdentity: spec?.holderIdentity,
            leaseDurationSeconds: spec?.leaseDurationSeconds ?? 0, acquireTime: spec?.acquireTime.flatMap { Timestamp(rfc3339: $0) },
            renewTime: spec?.renewTime.flatMap { Timestamp(rfc3339: $0) }, leaseTransitions: spec?.leaseTransitions ?? 0)
    }

    /// A LeaseSpec, whole; times are `metav1.MicroTime`. A null takes a field off in a merge patch, and is as good as absent in a
    /// new object.
    ///
    /// `leaseDurationSeconds` must be greater than zero, so a value that is not is left out.
    static func spec(of lease: Lease) -> JSONValue {
        [
            "holderIdentity": JSONValue(lease.holderIdentity),
            "leaseDurationSeconds": lease.leaseDurationSeconds > 0 ? .number(lease.leaseDurationSeconds) : .null,
            "acquireTime": JSONValue(lease.acquireTime?.rfc3339Micro),
            "renewTime": JSONValue(lease.renewTime?.rfc3339Micro),
            "leaseTransitions": .number(max(0, lease.leaseTransitions)),
        ]
    }
}

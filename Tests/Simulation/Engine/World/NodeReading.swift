import Model
import Sandbox

/// The embedded API server's objects as the model's values. What was read once at a resourceVersion is not read again.
struct NodeReading {
    private var known: [String: Node] = [:]

    /// A Node as it stands in the store. That of a watch's event is read by itself: an object that leaves a selector comes as it was, at
    /// the version of what it became.
    mutating func node(_ object: JSONValue) -> Node {
        let metadata = object["metadata"]
        if let node = known[metadata?["name"]?.string ?? ""], node.resourceVersion == metadata?["resourceVersion"]?.string ?? "" {
            return node
        }
        let node = Self.read(object)
        known[node.name] = node
        return node
    }

    static func read(_ object: JSONValue) -> Node {
        let metadata = object["metadata"]
        let (name, version) = (metadata?["name"]?.string ?? "", metadata?["resourceVersion"]?.string ?? "")
        let spec = object["spec"]
        let status = object["status"]
        let annotations = (metadata?["annotations"]?.object ?? [:]).compactMapValues(\.string)
        let addresses = status?["addresses"]?.array ?? []
        let conditions = status?["conditions"]?.array ?? []
        return Node(
            name: name, uid: metadata?["uid"]?.string ?? "", resourceVersion: version,
            labels: (metadata?["labels"]?.object ?? [:]).compactMapValues(\.string),
            annotations: annotations.filter { $0.key.hasPrefix("drawbridge.dev/") || $0.key.hasPrefix("container.googleapis.com/") },
            taints: (spec?["taints"]?.array ?? []).map(taint), providerID: spec?["providerID"]?.string,
            externalIPs: addresses.filter { $0["type"] == "ExternalIP" }.compactMap { $0["address"]?.string }.compactMap { IPAddress($0) },
            isUnschedulable: spec?["unschedulable"]?.bool ?? false,
            isReady: conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" },
            isBeingDeleted: metadata?["deletionTimestamp"] != nil,
            createdAt: metadata?["creationTimestamp"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(secondsSinceEpoch: 0))
    }

    private static func taint(_ value: JSONValue) -> Taint {
        Taint(
            key: value["key"]?.string ?? "", value: value["value"]?.string, effect: value["effect"]?.string ?? "",
            timeAdded: value["timeAdded"]?.string)
    }

    static func json(_ taint: Taint) -> JSONValue {
        var value: JSONValue = ["key": .string(taint.key), "effect": .string(taint.effect)]
        if let text = taint.value { value["value"] = .string(text) }
        if let time = taint.timeAdded { value["timeAdded"] = .string(time) }
        return value
    }

    static func lease(_ object: JSONValue) -> Lease {
        let (metadata, spec) = (object["metadata"], object["spec"])
        func time(_ key: String) -> Timestamp? { spec?[key]?.string.flatMap { Timestamp(rfc3339: $0) } }
        return Lease(
            name: metadata?["name"]?.string ?? "", namespace: metadata?["namespace"]?.string ?? "",
            resourceVersion: metadata?["resourceVersion"]?.string ?? "",
            annotations: (metadata?["annotations"]?.object ?? [:]).compactMapValues(\.string),
            holderIdentity: spec?["holderIdentity"]?.string, leaseDurationSeconds: Int(spec?["leaseDurationSeconds"]?.integer ?? 0),
            acquireTime: time("acquireTime"), renewTime: time("renewTime"), leaseTransitions: Int(spec?["leaseTransitions"]?.integer ?? 0))
    }

    static func spec(of lease: Lease) -> JSONValue {
        var spec: JSONValue = [
            "holderIdentity": .string(lease.holderIdentity ?? ""), "leaseDurationSeconds": .integer(Int64(lease.leaseDurationSeconds)),
            "leaseTransitions": .integer(Int64(lease.leaseTransitions)),
        ]
        if let time = lease.acquireTime { spec["acquireTime"] = .string(time.rfc3339Micro) }
        if let time = lease.renewTime { spec["renewTime"] = .string(time.rfc3339Micro) }
        return spec
    }
}

package import Model

/// The objects of the embedded API server, their history, and what the API does to them.
///
/// A value without I/O or clock: time is a parameter, uids come from the seed. Same calls, same bytes.
package struct KubernetesStore: Sendable {
    /// What one resourceVersion changed.
    package struct Change: Hashable, Sendable {
        package var resourceVersion: Int
        package var resource: KubernetesResource
        package var key: KubernetesObjectKey
        /// The object before; `nil` when it was created.
        package var before: JSONValue?
        /// The object after; `nil` when it was deleted.
        package var after: JSONValue?
    }

    /// Who may call, and what is refused.
    package var authority: KubernetesAuthority
    /// Of the latest write to any object.
    package private(set) var resourceVersion: Int
    package private(set) var objects: [KubernetesResource: [KubernetesObjectKey: JSONValue]]
    /// In the order of their resourceVersions.
    package private(set) var history: [Change]
    /// The history knows every change after this resourceVersion and none up to it.
    package private(set) var compactedResourceVersion: Int

    /// The history keeps between one and two times as many changes.
    private let historyLimit: Int
    private var random: UInt64

    /// A store with the namespaces that every cluster has.
    ///
    /// - Parameter historyLimit: how many changes a watch or a continue token may lag behind before it is answered with 410.
    package init(seed: UInt64, authority: KubernetesAuthority, historyLimit: Int, now: Timestamp) {
        self.authority = authority
        self.historyLimit = max(1, historyLimit)
        random = seed
        resourceVersion = 1000
        compactedResourceVersion = 1000
        objects = [:]
        history = []
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let metadata: JSONValue = [
                "name": .string(name), "uid": .string(nextUID()), "creationTimestamp": .string(now.rfc3339),
                "labels": ["kubernetes.io/metadata.name": .string(name)],
            ]
            put(
                .namespaces, KubernetesObjectKey(name: name),
                [
                    "apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": ["finalizers": ["kubernetes"]],
                    "status": ["phase": "Active"],
                ])
        }
    }

    package func object(_ resource: KubernetesResource, _ key: KubernetesObjectKey) -> JSONValue? { objects[resource]?[key] }

    /// Stores an object under the next resourceVersion; one that is already there as it stands is left alone.
    @discardableResult
    mutating func put(_ resource: KubernetesResource, _ key: KubernetesObjectKey, _ object: JSONValue) -> JSONValue {
        let before = objects[resource]?[key]
        var after = object
        if let before {
            after[path: ["metadata", "resourceVersion"]] = before[path: ["metadata", "resourceVersion"]]
            if after == before { return before }
        }
        resourceVersion += 1
        after[path: ["metadata", "resourceVersion"]] = .string(String(resourceVersion))
        objects[resource, default: [:]][key] = after
        remember(Change(resourceVersion: resourceVersion, resource: resource, key: key, before: before, after: after))
        return after
    }

    /// Removes an object and returns it as its DELETED event shows it.
    @discardableResult
    mutating func remove(_ resource: KubernetesResource, _ key: KubernetesObjectKey) -> JSONValue? {
        guard let before = objects[resource]?.removeValue(forKey: key) else { return nil }
        resourceVersion += 1
        remember(Change(resourceVersion: resourceVersion, resource: resource, key: key, before: before, after: nil))
        var last = before
        last[path: ["metadata", "resourceVersion"]] = .string(String(resourceVersion))
        return last
    }

    private mutating func remember(_ change: Change) {
        history.append(change)
        if history.count >= 2 * historyLimit { forgetHistory(keeping: historyLimit) }
    }

    /// Compacts the history as etcd does: watches and continue tokens from before then answer 410.
    package mutating func forgetHistory(keeping count: Int) {
        let excess = history.count - max(0, count)
        guard excess > 0 else { return }
        compactedResourceVersion = history[excess - 1].resourceVersion
        history.removeFirst(excess)
    }

    /// 64 bits of the seeded generator. Source: Sebastiano Vigna, SplitMix64.
    mutating func nextRandom() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A UUID of version 4.
    mutating func nextUID() -> String {
        let high = nextRandom() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = nextRandom() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let digits = Array(hex(high) + hex(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}

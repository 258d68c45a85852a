/// The lines of one watch and how far it has come: stepped with the store, returns the bytes to send.
struct WatchStream: Sendable {
    let resource: KubernetesResource
    let representation: KubernetesRepresentation
    let selector: KubernetesSelector
    /// The resourceVersion up to which everything has been sent.
    var position = 0
    private var table: KubernetesTable

    init(
        call: KubernetesAPI.ResourceCall, representation: KubernetesRepresentation, table: KubernetesTable, selector: KubernetesSelector
    ) {
        resource = call.resource
        self.representation = representation
        self.table = table
        self.selector = selector
    }

    /// The present state as ADDED events.
    mutating func start(_ store: KubernetesStore, endsWithBookmark: Bool) throws(KubernetesStatus) -> [UInt8] {
        let listing = try store.list(resource, selector, KubernetesStore.ListOptions())
        position = listing.resourceVersion
        var bytes: [UInt8] = []
        for object in listing.items { bytes += line("ADDED", object) }
        if endsWithBookmark { bytes += bookmark(annotations: ["k8s.io/initial-events-end": "true"]) }
        return bytes
    }

    /// What happened since. - Throws: 410 when it is no longer known.
    mutating func next(_ store: KubernetesStore) throws(KubernetesStatus) -> [UInt8] {
        let events = try store.events(resource, selector, since: position)
        position = max(position, store.resourceVersion)
        var bytes: [UInt8] = []
        for event in events { bytes += line(event.kind.rawValue, event.object) }
        return bytes
    }

    mutating func bookmark(annotations: [String: String]) -> [UInt8] {
        var metadata: JSONValue = ["resourceVersion": .string(String(position)), "creationTimestamp": .null]
        if !annotations.isEmpty { metadata["annotations"] = JSONValue(annotations) }
        let object: JSONValue
        switch representation {
        case .table:
            object = ["kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": .null, "rows": []]
        case .partialMetadata:
            object = ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata]
        case .object, .aggregatedDiscovery:
            object = ["kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion), "metadata": metadata]
        }
        return WatchStream.line("BOOKMARK", object)
    }

    private mutating func line(_ type: String, _ object: JSONValue) -> [UInt8] {
        defer { table.showsColumns = false }
        return WatchStream.line(type, representation.show(object, of: resource, table))
    }

    static func line(_ type: String, _ object: JSONValue) -> [UInt8] {
        let event: JSONValue = ["type": .string(type), "object": object]
        return event.json + [0x0A]
    }
}

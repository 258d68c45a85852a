/// How an answer is to be shown, by the request's Accept. Whatever else is asked for is answered in JSON.
///
/// Source: Kubernetes documentation, API concepts: "Receiving resources as Tables", "Alternate representations of resources";
/// KEP-3352, Aggregated Discovery.
enum KubernetesRepresentation: Hashable {
    case object
    case table
    case partialMetadata
    /// The version asked for: `v2` or `v2beta1`.
    case aggregatedDiscovery(version: String)

    init(accept: String?) {
        for clause in (accept ?? "").split(separator: ",").prefix(32) {
            let parts = clause.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let type = parts.first, type == "application/json" || type == "*/*" || type == "application/*" else { continue }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                let halves = part.split(separator: "=", maxSplits: 1)
                if halves.count == 2 { parameters[String(halves[0])] = String(halves[1]) }
            }
            switch parameters["as"] {
            case "Table": self = .table
            case "PartialObjectMetadata", "PartialObjectMetadataList": self = .partialMetadata
            case "APIGroupDiscoveryList": self = .aggregatedDiscovery(version: parameters["v"] ?? "v2")
            case nil: self = .object
            default: continue
            }
            return
        }
        self = .object
    }

    /// One object.
    func show(_ object: JSONValue, of resource: KubernetesResource, _ table: KubernetesTable) -> JSONValue {
        switch self {
        case .object, .aggregatedDiscovery: object
        case .table: table.json([object], resourceVersion: object[path: ["metadata", "resourceVersion"]]?.string)
        case .partialMetadata: KubernetesRepresentation.partial(object)
        }
    }

    func show(_ listing: KubernetesStore.Listing, of resource: KubernetesResource, _ table: KubernetesTable) -> JSONValue {
        var metadata: JSONValue = ["resourceVersion": .string(String(listing.resourceVersion))]
        metadata["continue"] = listing.continueToken.map(JSONValue.string)
        metadata["remainingItemCount"] = listing.remainingItemCount.map { .integer(Int64($0)) }
        switch self {
        case .table:
            var value = table.json(listing.items, resourceVersion: nil)
            value["metadata"] = metadata
            return value
        case .partialMetadata:
            return [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                "items": .array(listing.items.map(KubernetesRepresentation.partial)),
            ]
        case .object, .aggregatedDiscovery:
            // The items of a list carry neither kind nor apiVersion.
            let items = listing.items.map { item in
                var item = item
                item["kind"] = nil
                item["apiVersion"] = nil
                return item
            }
            return [
                "kind": "\(resource.kind)List", "apiVersion": .string(resource.apiVersion), "metadata": metadata, "items": .array(items),
            ]
        }
    }

    static func partial(_ object: JSONValue) -> JSONValue {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }
}

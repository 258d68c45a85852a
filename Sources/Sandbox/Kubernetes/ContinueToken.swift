import FoundationEssentials

/// Where a list in pages goes on. Opaque to clients.
struct ContinueToken: Hashable {
    /// -1: at whatever is the present state.
    var resourceVersion: Int
    var after: KubernetesObjectKey

    init(resourceVersion: Int, after: KubernetesObjectKey) {
        self.resourceVersion = resourceVersion
        self.after = after
    }

    init?(_ text: String) {
        guard text.utf8.count <= 2048, let data = Data(base64Encoded: text), let value = JSONValue(json: Array(data)),
            let version = value["rv"]?.integer, let name = value["name"]?.string
        else { return nil }
        self.init(
            resourceVersion: Int(version), after: KubernetesObjectKey(namespace: value["namespace"]?.string, name: name))
    }

    var text: String {
        var value: JSONValue = ["v": "drawbridge/v1", "rv": .integer(Int64(resourceVersion)), "name": .string(after.name)]
        value["namespace"] = after.namespace.map(JSONValue.string)
        return Data(value.json).base64EncodedString()
    }
}

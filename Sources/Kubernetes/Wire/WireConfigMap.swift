/// Source: Kubernetes API, core/v1 ConfigMap.
struct WireConfigMap: Decodable {
    var metadata: WireMetadata
    var data: [String: String]?

    var configMap: ConfigMap {
        ConfigMap(
            name: metadata.name ?? "", namespace: metadata.namespace ?? "", resourceVersion: metadata.resourceVersion ?? "",
            data: data ?? [:])
    }
}

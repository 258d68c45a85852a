/// A ConfigMap's texts.
///
/// Source: Kubernetes API, core/v1 ConfigMap. The API server refuses one of more than 1 MiB.
package struct ConfigMap: Hashable, Sendable {
    package var name: String
    package var namespace: String
    package var resourceVersion: String
    package var data: [String: String]

    package init(name: String, namespace: String, resourceVersion: String, data: [String: String]) {
        self.name = name
        self.namespace = namespace
        self.resourceVersion = resourceVersion
        self.data = data
    }

    /// Of one key's text, in bytes of UTF-8, so that two keys and their JSON escapes stay below the API server's limit.
    package static let textLimit = 512 << 10
}

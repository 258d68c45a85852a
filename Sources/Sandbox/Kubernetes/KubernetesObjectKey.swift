/// Where an object is: its namespace (`nil` for cluster-scoped ones) and its name, ordered as the API server lists them.
package struct KubernetesObjectKey: Hashable, Sendable, Comparable {
    package var namespace: String?
    package var name: String

    package init(namespace: String? = nil, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package static func < (a: Self, b: Self) -> Bool { (a.namespace ?? "", a.name) < (b.namespace ?? "", b.name) }
}

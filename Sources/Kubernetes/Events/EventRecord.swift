/// An Event as it stands in the cluster, so far as it can be repeated.
package struct EventRecord: Hashable, Sendable {
    package var namespace: String
    package var name: String
    /// How often it has happened.
    package var count: Int

    package init(namespace: String, name: String, count: Int) {
        self.namespace = namespace
        self.name = name
        self.count = count
    }
}

package import Model

/// All nodes that a selector matches, as they were at one resourceVersion.
package struct NodeList: Hashable, Sendable {
    /// Sorted by name.
    package var items: [Node]
    /// Where a watch begins.
    package var resourceVersion: String

    package init(items: [Node], resourceVersion: String) {
        self.items = items.sorted { $0.name < $1.name }
        self.resourceVersion = resourceVersion
    }
}

package import Model

/// What a node is made from: its machine and its registration.
package struct NodePlan: Hashable, Sendable {
    package var instance: InstanceReference
    package var pool: String
    package var labels: [String: String]
    package var taints: [Taint]
    package var template: ComputeWorld.InstanceTemplate

    package init(
        instance: InstanceReference, pool: String, labels: [String: String] = [:], taints: [Taint] = [],
        template: ComputeWorld.InstanceTemplate
    ) {
        self.instance = instance
        self.pool = pool
        self.labels = labels
        self.taints = taints
        self.template = template
    }

    package var name: String { instance.name }
}

/// A Kubernetes Event about a Node or about the controller itself.
///
/// Source: Kubernetes API, core/v1 Event. Messages are cut at 1024 characters, as the API server demands.
package struct NodeEvent: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case normal = "Normal", warning = "Warning" }

    package enum Regarding: Hashable, Sendable {
        case node(name: String, uid: String)
        /// The namespaced object that the policy belongs to: the controller's Lease.
        case lease(name: String, namespace: String)
    }

    package var regarding: Regarding
    package var severity: Severity
    /// CamelCase, for machines.
    package var reason: String
    package var message: String

    package init(regarding: Regarding, severity: Severity, reason: String, message: String) {
        self.regarding = regarding
        self.severity = severity
        self.reason = reason
        self.message = String(message.prefix(1024))
    }
}

package import Model

/// Something that has happened, once: a line in the log, a Kubernetes Event where it concerns an object, an entry of the history. What lasts
/// is a `Condition` of `Alerting`.
package struct Notice: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case info, warning, error }

    /// What kind of thing it is, in CamelCase: the Event's reason.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case swapStarted = "SwapStarted"
        case addressBound = "StaticAddressBound"
        case swapFailed = "SwapFailed"
        case swapUnsettled = "SwapUnsettled"
        /// This replica took a node's address off and can't put one on any more: it lost the lease.
        case nodeWithoutAddress = "NodeWithoutAddress"
        case taintRemoved = "StartupTaintRemoved"
        case rulesAuthorized = "RulesAuthorized"
        case rulesRevoked = "RulesRevoked"
        case syncFailed = "SyncFailed"
    }

    package var kind: Kind
    package var severity: Severity
    package var policy: String
    /// What it is about.
    package var subject: String
    package var message: String
    /// The node it concerns, if any.
    package var node: NodeIdentity?
    /// Of the calls that it tells of, as the cloud knows them; empty where they are not known.
    package var requestIDs: [String] = []

    package init(_ kind: Kind, _ severity: Severity, policy: String, subject: String, message: String, node: Node? = nil) {
        self.kind = kind
        self.severity = severity
        self.policy = policy
        self.subject = subject
        self.message = message
        self.node = node.map(NodeIdentity.init)
    }
}

package import Model

/// Something that a person should know: a line in the log, and a Kubernetes Event where it concerns an object.
package struct Notice: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case info, warning, error }

    /// What kind of thing it is, in CamelCase: the Event's reason.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case swapStarted = "SwapStarted"
        case addressBound = "StaticAddressBound"
        case swapFailed = "SwapFailed"
        case swapUnsettled = "SwapUnsettled"
        /// Nothing could be put on a node whose address was taken off, so far.
        case nodeWithoutAddress = "NodeWithoutAddress"
        case taintRemoved = "StartupTaintRemoved"
        case rulesAuthorized = "RulesAuthorized"
        case rulesRevoked = "RulesRevoked"
        case syncFailed = "SyncFailed"
        case readingUnknown = "ReadingUnknown"
        case addressUnbound = "AddressUnbound"
        case addressBoundElsewhere = "AddressBoundElsewhere"
        case nodeUnassigned = "NodeUnassigned"
        case heldForApproval = "HeldForApproval"
        case revocationHeld = "RevocationHeld"
        case quotaReached = "RuleQuotaReached"
        case foreignRule = "ForeignRule"
        case policyRefused = "PolicyRefused"
    }

    package var kind: Kind
    package var severity: Severity
    package var policy: String
    /// What it is about: with the kind and the policy, its identity.
    package var subject: String
    package var message: String
    /// The node it concerns, if any.
    package var node: NodeIdentity?
    /// Of the calls that it tells of, as the cloud knows them; empty where they are not known.
    package var requestIDs: [String] = []

    package struct NodeIdentity: Hashable, Sendable {
        package var name: String
        package var uid: String
    }

    package init(_ kind: Kind, _ severity: Severity, policy: String, subject: String, message: String, node: Node? = nil) {
        self.kind = kind
        self.severity = severity
        self.policy = policy
        self.subject = subject
        self.message = message
        self.node = node.map { NodeIdentity(name: $0.name, uid: $0.uid) }
    }
}

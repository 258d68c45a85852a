package import Model

/// One thing that was done, or that went wrong, as it is kept and exported.
package struct HistoryEntry: Hashable, Sendable {
    package var at: Timestamp
    /// Which replica did it.
    package var replica: String
    package var policy: String
    /// A notice's kind, such as `RulesRevoked`.
    package var kind: String
    /// The node, or the security group.
    package var subject: String
    /// What was done, for people.
    package var what: String
    /// Why; empty where `what` says it.
    package var why: String
    /// The cloud's own names of the calls, to look them up in its audit logs; empty where they are not known.
    package var requestIDs: [String]

    package init(
        at: Timestamp, replica: String, policy: String, kind: String, subject: String, what: String, why: String, requestIDs: [String]
    ) {
        self.at = at
        self.replica = replica
        self.policy = policy
        self.kind = kind
        self.subject = subject
        self.what = what
        self.why = why
        self.requestIDs = requestIDs
    }

    /// Kinds of what went wrong, as against what was done.
    package static let troubleKinds: Set<String> = ["SwapFailed", "SwapUnsettled", "NodeWithoutAddress", "SyncFailed"]
}

package import Model

/// What one process of the controller knows of itself at one moment: what status, page, metrics and explanations are made of.
package struct ControllerSnapshot: Sendable {
    package enum Role: Hashable, Sendable {
        /// This replica is the one writer.
        case leading
        /// Another replica writes; its name.
        case standingBy(holder: String)
        /// Nobody is known to lead yet.
        case electing
        /// Observes and reports, writes nothing, takes part in no election.
        case dryRun

        /// As in `StatusDocument`.
        package var word: String {
            switch self {
            case .leading: "leading"
            case .standingBy: "standingBy"
            case .electing: "electing"
            case .dryRun: "dryRun"
            }
        }
    }

    package var version: String
    /// This replica's name.
    package var replica: String
    package var role: Role
    package var startedAt: Timestamp
    /// When this was put together.
    package var at: Timestamp
    /// In the policy file's order.
    package var policies: [PolicySnapshot]
    /// The most severe first, then by policy and subject.
    package var alerts: [AlertSnapshot]
    /// The newest first.
    package var changes: [HistoryEntry]

    package init(
        version: String, replica: String, role: Role, startedAt: Timestamp, at: Timestamp, policies: [PolicySnapshot],
        alerts: [AlertSnapshot], changes: [HistoryEntry]
    ) {
        self.version = version
        self.replica = replica
        self.role = role
        self.startedAt = startedAt
        self.at = at
        self.policies = policies
        self.alerts = alerts
        self.changes = changes
    }
}

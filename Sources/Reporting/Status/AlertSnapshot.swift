package import Model

/// An alert as it is shown.
package struct AlertSnapshot: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
        case critical, warning, info

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    }

    package var kind: String
    package var severity: Severity
    /// `nil`: the process's own.
    package var policy: String?
    package var subject: String
    /// `pending`, `firing` or `clearing`.
    package var state: String
    package var since: Timestamp
    package var summary: String
    /// What to do.
    package var action: String

    package init(
        kind: String, severity: Severity, policy: String?, subject: String, state: String, since: Timestamp, summary: String,
        action: String
    ) {
        self.kind = kind
        self.severity = severity
        self.policy = policy
        self.subject = subject
        self.state = state
        self.since = since
        self.summary = summary
        self.action = action
    }
}

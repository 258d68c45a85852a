/// What an alert is about. The same trouble has the same identity, whatever its text says and whichever replica tells it.
package struct AlertIdentity: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var kind: AlertKind
    /// The policy it concerns; empty where it concerns the process.
    package var policy: String
    package var subject: String

    package init(_ kind: AlertKind, policy: String, subject: String) {
        self.kind = kind
        self.policy = policy
        self.subject = subject
    }

    package static func < (a: Self, b: Self) -> Bool {
        (a.kind.rawValue, a.policy, a.subject) < (b.kind.rawValue, b.policy, b.subject)
    }

    package var description: String { policy.isEmpty ? "\(kind.rawValue) \(subject)" : "\(kind.rawValue) \(policy) \(subject)" }
}

/// How much it matters, by the words that Prometheus' users write into the `severity` label.
package enum AlertSeverity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// To be looked at some day.
    case info
    /// To be looked at today.
    case warning
    /// Traffic is cut off, or a door stands open: worth waking someone.
    case critical

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

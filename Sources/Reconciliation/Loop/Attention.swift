package import Model

/// Decides when a lasting condition is worth a notice: once when it has lasted long enough, again at an interval, and once when it is
/// over. Pure.
package struct Attention: Sendable {
    /// A condition that holds now.
    package struct Condition: Sendable {
        package var notice: Notice
        /// How long it may last unnoticed.
        package var tolerance: Duration

        package init(_ notice: Notice, after tolerance: Duration) {
            self.notice = notice
            self.tolerance = tolerance
        }
    }

    private struct Key: Hashable {
        var kind: Notice.Kind
        var subject: String
    }

    private struct Entry {
        var since: Instant
        var noticedAt: Instant?
    }

    private let repeatInterval: Duration
    private var entries: [Key: Entry] = [:]

    package init(repeatInterval: Duration) { self.repeatInterval = repeatInterval }

    /// Since when each condition of a kind holds, as observed here.
    package func since(_ kind: Notice.Kind, _ subject: String) -> Instant? { entries[Key(kind: kind, subject: subject)]?.since }

    /// - Returns: the notices due now, sorted, and when the next one will be due at the latest if nothing changes.
    package mutating func update(_ conditions: [Condition], now: Instant) -> (notices: [Notice], next: Instant?) {
        var due: [Notice] = []
        var next: Instant?
        var seen: Set<Key> = []
        for condition in conditions {
            let key = Key(kind: condition.notice.kind, subject: condition.notice.subject)
            guard seen.insert(key).inserted else { continue }
            var entry = entries[key] ?? Entry(since: now)
            let at = entry.noticedAt.map { $0 + repeatInterval } ?? entry.since + condition.tolerance
            if at <= now {
                entry.noticedAt = now
                due.append(condition.notice)
            } else {
                next = min(next ?? at, at)
            }
            entries[key] = entry
        }
        for key in entries.keys where !seen.contains(key) { entries[key] = nil }
        return (due.sorted { ($0.kind.rawValue, $0.subject) < ($1.kind.rawValue, $1.subject) }, next)
    }
}

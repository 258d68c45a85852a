/// A point on the wall clock, to the millisecond, in UTC.
///
/// Wall-clock time signs requests and dates what people read. It never decides whether a lease or a limit has run out: that is `Instant`.
package struct Timestamp: Hashable, Comparable, Sendable, Codable {
    package var millisecondsSinceEpoch: Int64

    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
    }

    package init(secondsSinceEpoch: Int64) {
        millisecondsSinceEpoch = secondsSinceEpoch * 1000
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.millisecondsSinceEpoch < b.millisecondsSinceEpoch }

    package static func - (a: Timestamp, b: Timestamp) -> Duration {
        .milliseconds(a.millisecondsSinceEpoch - b.millisecondsSinceEpoch)
    }

    package static func + (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: a.millisecondsSinceEpoch + b.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    package var inSeconds: Double { Double(milliseconds) / 1000 }

    /// As a person writes it: `90 s` is "1m30s", a quarter of a second "250ms".
    package var brief: String {
        let total = milliseconds
        guard total >= 1000 else { return "\(total)ms" }
        let seconds = total / 1000
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        var parts: [String] = []
        if hours > 0 { parts.append("\(hours)h") }
        if minutes > 0 { parts.append("\(minutes)m") }
        if rest > 0 && hours == 0 { parts.append("\(rest)s") }
        return parts.joined()
    }
}

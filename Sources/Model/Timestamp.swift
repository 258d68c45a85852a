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

    /// Reads what a person writes: `90s`, `1h30m`, `500ms`; each unit at most once, in this order: h, m, s, ms.
    package init?(brief text: some StringProtocol) {
        let units: [(name: String, milliseconds: Int64)] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
        var rest = text.utf8[...]
        var total: Int64 = 0
        var next = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            let letters = rest.dropFirst(digits.count).prefix { (0x61...0x7A).contains($0) }
            guard (1...9).contains(digits.count), let number = Int64(String(decoding: digits, as: UTF8.self)),
                let index = units[next...].firstIndex(where: { $0.name.utf8.elementsEqual(letters) })
            else { return nil }
            total += number * units[index].milliseconds
            next = index + 1
            rest = rest.dropFirst(digits.count + letters.count)
        }
        self = .milliseconds(total)
    }

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

/// Durations as people write them in policy files: `90s`, `15m`, `1h30m`, `500ms`.
///
/// The whole-number part of Go's `time.ParseDuration`: each unit once, larger ones first.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]

    static func parse(_ text: String) -> Duration? {
        var rest = Array(text.utf8)[...]
        var milliseconds: Int64 = 0
        var unitsLeft = units[...]
        while !rest.isEmpty {
            let digits = rest.prefix(while: Bytes.isDigit)
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !Bytes.isDigit($0) }
            rest = rest.dropFirst(name.count)
            guard (1...9).contains(digits.count), let number = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = unitsLeft.firstIndex(where: { $0.name.utf8.elementsEqual(name) })
            else { return nil }
            milliseconds += number * units[unit].milliseconds
            unitsLeft = units[(unit + 1)...]
        }
        return text.isEmpty ? nil : .milliseconds(milliseconds)
    }
}

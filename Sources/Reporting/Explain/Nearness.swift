/// How near a name is to what somebody typed.
enum Nearness {
    /// `nil`: not near. 0 when one holds the other; else how many letters are to be changed, added or left out, up to 3.
    static func distance(_ typed: String, _ known: String) -> Int? {
        let (a, b) = (Array(typed.lowercased().utf8.prefix(128)), Array(known.lowercased().utf8.prefix(128)))
        guard a.count >= 2 else { return nil }
        if known.lowercased().hasSuffix(typed.lowercased()) || holds(b, a) { return 0 }
        guard abs(a.count - b.count) <= 3 else { return nil }
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let changed = previous + (letter == other ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        let distance = row[b.count]
        return distance <= min(3, a.count / 3) ? distance : nil
    }

    private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard part.count >= 3, text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }
}

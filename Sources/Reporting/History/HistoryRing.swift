import Model

/// The last things that were done, the newest last, within bounds. Pure.
///
/// Kept as JSON lines, an entry a line: `at` (RFC 3339), `replica`, `policy`, `kind`, `subject`, `what`, `why`, `requestIDs[]`.
package struct HistoryRing: Hashable, Sendable {
    /// Entries, and bytes of their JSON lines, at most; what is oldest goes first.
    package static let entryLimit = 500
    package static let byteLimit = 256 << 10
    /// Of `what` and of `why`, in characters.
    private static let textLimit = 1000

    package private(set) var entries: [HistoryEntry] = []
    /// Of each entry's line, with its end.
    private var sizes: [Int] = []
    private var size = 0

    package init() {}

    package mutating func add(_ entry: HistoryEntry) {
        var entry = entry
        entry.what = String(entry.what.prefix(Self.textLimit))
        entry.why = String(entry.why.prefix(Self.textLimit))
        entry.requestIDs = Array(entry.requestIDs.prefix(8))
        let bytes = entry.jsonLine.count
        entries.append(entry)
        sizes.append(bytes)
        size += bytes
        var count = 0
        while entries.count - count > Self.entryLimit || (size > Self.byteLimit && entries.count - count > 1) {
            size -= sizes[count]
            count += 1
        }
        entries.removeFirst(count)
        sizes.removeFirst(count)
    }

    /// What was kept by who led before, before what has happened here since. What is there twice is taken once.
    package mutating func restore(_ older: HistoryRing) {
        let known = Set(entries)
        let later = entries
        self = HistoryRing()
        for entry in (older.entries.filter { !known.contains($0) } + later).sorted(by: { $0.at < $1.at }) { add(entry) }
    }

    package var jsonLines: [UInt8] { entries.flatMap(\.jsonLine) }

    /// Lines that can't be read, such as those of a later version, are passed over.
    package init(jsonLines: [UInt8]) {
        for line in jsonLines.prefix(2 * Self.byteLimit).split(separator: 0x0A) {
            if let entry = HistoryEntry(jsonLine: Array(line)) { add(entry) }
        }
    }
}

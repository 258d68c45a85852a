import FoundationEssentials

/// All that is kept in the cluster of alerts, as one text of JSON.
package struct AlertArchive: Hashable, Sendable, Codable {
    package var book: AlertState
    package var outbox: Outbox.State

    package init(book: AlertState, outbox: Outbox.State) {
        self.book = book
        self.outbox = outbox
    }

    /// In bytes of UTF-8.
    package static let limit = 512 << 10

    /// Within the limit: texts are cut first, then what waits for sinks is told as lost, the oldest first, and at last conditions that
    /// nobody was told of are left out.
    package var text: String {
        var archive = self
        if let text = archive.encoded, text.utf8.count <= Self.limit { return text }
        archive.cutTexts()
        while true {
            guard let text = archive.encoded else { return "{}" }
            if text.utf8.count <= Self.limit { return text }
            if !archive.outbox.entries.isEmpty {
                archive.outbox.lose(max(1, archive.outbox.entries.count / 2))
            } else if archive.book.entries.contains(where: { $0.firedAt == nil }) {
                archive.book.entries.removeAll { $0.firedAt == nil }
            } else if !archive.book.entries.isEmpty {
                archive.book.entries.removeLast(max(1, archive.book.entries.count / 4))
            } else {
                return "{}"
            }
        }
    }

    private var encoded: String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func cutTexts() {
        for index in book.entries.indices { book.entries[index].condition.cutTexts() }
        for index in outbox.entries.indices { outbox.entries[index].alert.condition.cutTexts() }
    }

    /// `nil` for what is no archive of this version: then what holds is told anew.
    package init?(text: String) {
        guard text.utf8.count <= Self.limit, let archive = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
            archive.book.version == AlertState.version
        else { return nil }
        self = archive
    }
}

extension Condition {
    fileprivate mutating func cutTexts() {
        summary = summary.shown(limit: 100)
        action = action.shown(limit: 60)
    }
}

extension Outbox.State {
    /// Drops the oldest, and counts them as lost where they were not taken.
    fileprivate mutating func lose(_ count: Int) {
        for entry in entries.prefix(count) {
            for (sink, cursor) in cursors where cursor < entry.number {
                cursors[sink] = entry.number
                lost[sink, default: 0] += 1
            }
        }
        entries.removeFirst(count)
    }
}

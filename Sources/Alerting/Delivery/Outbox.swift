/// Transitions that sinks have not taken yet, in the order in which they happened, and how far each sink has come. A value.
package struct Outbox: Hashable, Sendable {
    /// As it outlives the process.
    package struct State: Hashable, Sendable, Codable {
        var entries: [AlertTransition] = []
        /// By sink, the number of the last transition it took.
        var cursors: [String: Int] = [:]
        var lost: [String: Int] = [:]
    }

    package struct Item: Hashable, Sendable {
        package var transition: AlertTransition
        /// How many before it this sink will never get: more waited than are kept.
        package var lost: Int
    }

    private let limit: Int
    private var kept: State

    /// - Parameters:
    ///   - sinks: their names; no transition is kept when there are none.
    ///   - limit: transitions kept at most.
    package init(sinks: [String], limit: Int = 1000) {
        self.limit = limit
        kept = State(cursors: Dictionary(sinks.map { ($0, 0) }) { first, _ in first })
    }

    package mutating func append(_ transition: AlertTransition) {
        guard !kept.cursors.isEmpty else { return }
        kept.entries.append(transition)
        while kept.entries.count > limit { dropFirst() }
    }

    private mutating func dropFirst() {
        let dropped = kept.entries.removeFirst()
        for (sink, cursor) in kept.cursors where cursor < dropped.number {
            kept.cursors[sink] = dropped.number
            kept.lost[sink, default: 0] += 1
        }
    }

    /// What a sink is to be given next; `nil` when it has all.
    package func next(_ sink: String) -> Item? {
        guard let cursor = kept.cursors[sink], let next = kept.entries.first(where: { $0.number > cursor }) else { return nil }
        return Item(transition: next, lost: kept.lost[sink] ?? 0)
    }

    /// A sink has taken a transition, or refused it for good, and what it was told of those that were lost with it.
    package mutating func passed(_ item: Item, _ sink: String) {
        guard let cursor = kept.cursors[sink] else { return }
        let isDropped = item.transition.number <= cursor
        // One that was dropped while it was on its way was counted as lost, and has arrived.
        guard !isDropped || kept.lost[sink] ?? 0 > item.lost else { return }
        kept.cursors[sink] = max(cursor, item.transition.number)
        let lost = (kept.lost[sink] ?? 0) - item.lost - (isDropped ? 1 : 0)
        kept.lost[sink] = lost > 0 ? lost : nil
        let last = kept.cursors.values.min() ?? 0
        kept.entries.removeAll { $0.number <= last }
    }

    /// How many wait, at the slowest sink.
    package var waiting: Int { kept.entries.count }

    package var state: State { kept }

    /// Takes up what another process left. A sink that is new begins with what happens from now on.
    ///
    /// - Parameter last: the number of the last transition so far.
    package mutating func restore(_ state: State, last: Int) {
        for sink in kept.cursors.keys {
            kept.cursors[sink] = state.cursors[sink] ?? last
            kept.lost[sink] = state.lost[sink]
        }
        let first = kept.cursors.values.min() ?? last
        kept.entries = state.entries.filter { $0.number > first }.sorted { $0.number < $1.number }
        while kept.entries.count > limit { dropFirst() }
    }
}

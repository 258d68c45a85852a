/// Lets so many transfers to one origin run at a time, and the others wait in their order. Every step costs constant time, so
/// that many thousands may wait.
struct OriginQueue<Element> {
    private struct Waiting {
        var element: Element
        var origin: String
        var deadline: ContinuousClock.Instant?
    }

    private struct Line {
        var inFlight = 0
        /// Ids in their order; those that were removed meanwhile are skipped.
        var ids: [UInt64] = []
        var head = 0
        var alive = 0
    }

    let limit: Int
    private var waiting: [UInt64: Waiting] = [:]
    private var lines: [String: Line] = [:]
    /// No waiting element's deadline is before it.
    private(set) var earliestDeadline: ContinuousClock.Instant?

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { waiting.isEmpty }

    /// - Returns: the element, if it may start at once; it then counts as in flight.
    mutating func enter(_ id: UInt64, _ element: Element, origin: String, deadline: ContinuousClock.Instant?) -> Element? {
        var line = lines.removeValue(forKey: origin) ?? Line()
        defer { lines[origin] = line }
        guard line.inFlight >= limit else {
            line.inFlight += 1
            return element
        }
        line.ids.append(id)
        line.alive += 1
        waiting[id] = Waiting(element: element, origin: origin, deadline: deadline)
        if let deadline { earliestDeadline = min(deadline, earliestDeadline ?? deadline) }
        return nil
    }

    /// One in flight has ended.
    /// - Returns: the one that takes its place.
    mutating func leave(origin: String) -> Element? {
        guard var line = lines.removeValue(forKey: origin) else { return nil }
        var next: Element?
        while next == nil, line.head < line.ids.count {
            next = waiting.removeValue(forKey: line.ids[line.head])?.element
            line.head += 1
        }
        if next == nil { line.inFlight -= 1 } else { line.alive -= 1 }
        if line.head > 64, line.head * 2 > line.ids.count {
            line.ids.removeFirst(line.head)
            line.head = 0
        }
        if line.inFlight > 0 || line.alive > 0 { lines[origin] = line }
        if waiting.isEmpty { earliestDeadline = nil }
        return next
    }

    /// Takes one that waits out of its line.
    mutating func remove(_ id: UInt64) -> Element? {
        guard let found = waiting.removeValue(forKey: id) else { return nil }
        if var line = lines.removeValue(forKey: found.origin) {
            line.alive -= 1
            if line.ids.count - line.head > 2 * line.alive + 64 {
                line.ids = line.ids[line.head...].filter { waiting[$0] != nil }
                line.head = 0
            }
            lines[found.origin] = line
        }
        if waiting.isEmpty { earliestDeadline = nil }
        return found.element
    }

    /// Takes out those whose deadline has passed.
    mutating func expire(_ now: ContinuousClock.Instant) -> [Element] {
        guard let earliestDeadline, earliestDeadline <= now else { return [] }
        let late = waiting.filter { $0.value.deadline.map { $0 <= now } ?? false }.keys.sorted()
        let elements = late.compactMap { remove($0) }
        self.earliestDeadline = waiting.values.compactMap(\.deadline).min()
        return elements
    }

    mutating func removeAll() -> [Element] {
        let elements = waiting.sorted { $0.key < $1.key }.map(\.value.element)
        self = OriginQueue(limit: limit)
        return elements
    }
}

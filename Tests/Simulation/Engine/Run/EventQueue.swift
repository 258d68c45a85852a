/// What is to happen, in the order of (time, sequence): a binary heap.
struct EventQueue {
    struct Event {
        var time: Int
        var sequence: Int
        var action: () -> Void
    }

    private var heap: [Event] = []
    private var sequence = 0

    var nextTime: Int? { heap.first?.time }

    mutating func add(_ time: Int, _ action: @escaping () -> Void) {
        sequence += 1
        heap.append(Event(time: time, sequence: sequence, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.isBefore(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> Event? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && Self.isBefore(heap[child], heap[least]) {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func isBefore(_ a: Event, _ b: Event) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
}

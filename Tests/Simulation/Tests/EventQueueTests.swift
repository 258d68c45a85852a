import Testing

@testable import Simulation

struct EventQueueTests {
    @Test func `events come by time, and those of one time in the order in which they were added`() {
        var queue = EventQueue()
        var seen: [Int] = []
        let times = [5, 1, 9, 1, 5, 0, 5]
        for (index, time) in times.enumerated() { queue.add(time) { seen.append(index) } }
        while let event = queue.next() { event.action() }
        #expect(seen == [5, 1, 3, 0, 4, 6, 2])
    }
}

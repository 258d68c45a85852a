import Locking
import Testing

@Suite struct LockedTests {
    @Test func `increments from many tasks are all counted`() async {
        let counter = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { for _ in 0..<200 { counter.withLock { $0 += 1 } } }
            }
        }
        #expect(counter.withLock { $0 } == 10_000)
    }
}

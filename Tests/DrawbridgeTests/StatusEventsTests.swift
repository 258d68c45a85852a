import Locking
import Model
import Testing

@testable import drawbridge

/// Events to readers, in time that passes only when somebody sleeps.
@Suite struct StatusEventsTests {
    private struct Gone: Error {}

    @Test func `a change is told at once, many changes of a second together, and nothing when nothing has changed`() async {
        let clock = Locked(Duration.zero)
        let (changes, feed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let revision = Locked(1)
        let written = Locked<[String]>([])
        let pump = EventPump(runtime: StatusSites.runtime(clock), changes: changes, revision: { "r\(revision.withLock { $0 })" })
        await pump.run { text in
            let count = written.withLock { written in
                written.append(text)
                return written.count
            }
            switch count {
            case 1:
                for _ in 0..<100 { revision.withLock { $0 += 1 } }
                feed.yield()
            case let count where count >= 6: throw Gone()
            default: break
            }
        }
        let texts = written.withLock { $0 }
        #expect(texts.first == "retry: 3000\n\nevent: revision\ndata: r1\n\n")
        let events = texts.filter { $0.contains("event: revision") }
        #expect(events.count == 2 && events.last == "event: revision\ndata: r101\n\n", "\(texts)")
        #expect(texts.dropFirst().filter { !$0.contains("event:") }.allSatisfy { $0 == ": here\n\n" })
    }

    @Test func `a reader that doesn't take what it is sent is dropped, and nobody waits for it`() async {
        let clock = Locked(Duration.zero)
        let board = StatusSites.board()
        let pump = EventPump(runtime: StatusSites.runtime(clock), changes: board.follow, revision: { board.revision })
        await pump.run { _ in try await Task.sleep(for: .seconds(3600)) }
        #expect(clock.withLock { $0 } >= EventPump.patience)
    }

    @Test func `a board that nobody reads forgets its readers, and tells each of those it has`() async {
        let board = StatusSites.board()
        let before = board.revision
        var follower: AsyncStream<Void>? = board.follow
        var iterator = follower?.makeAsyncIterator()
        for _ in 0..<1000 { board.show(alerts: []) }
        await iterator?.next()
        #expect(board.revision != before)
        (follower, iterator) = (nil, nil)
        board.show(alerts: [])
    }
}

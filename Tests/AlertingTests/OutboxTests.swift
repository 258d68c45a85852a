import Fixtures
import Model
import Testing

@testable import Alerting

@Suite struct OutboxTests {
    private func transition(_ number: Int) -> AlertTransition { .test(number) }

    @Test func `each sink gets all in order, at its own pace`() throws {
        var outbox = Outbox(sinks: ["a", "b"])
        for number in 1...3 { outbox.append(transition(number)) }
        for number in 1...3 {
            let item = try #require(outbox.next("a"))
            #expect(item.transition.number == number && item.lost == 0)
            outbox.passed(item, "a")
        }
        #expect(outbox.next("a") == nil && outbox.waiting == 3)
        let first = try #require(outbox.next("b"))
        #expect(first.transition.number == 1)
        outbox.passed(first, "b")
        outbox.passed(first, "b")
        #expect(outbox.next("b")?.transition.number == 2 && outbox.waiting == 2)
        #expect(outbox.next("c") == nil)
    }

    @Test func `what overflows is told as a number`() throws {
        var outbox = Outbox(sinks: ["a", "b"], limit: 10)
        outbox.append(transition(1))
        outbox.passed(try #require(outbox.next("b")), "b")
        for number in 2...25 { outbox.append(transition(number)) }
        #expect(outbox.waiting == 10)
        let item = try #require(outbox.next("a"))
        #expect(item.transition.number == 16 && item.lost == 15)
        #expect(outbox.next("b")?.lost == 14)
        // One more is lost while this one is on its way.
        outbox.append(transition(26))
        outbox.passed(item, "a")
        #expect(outbox.next("a")?.transition.number == 17 && outbox.next("a")?.lost == 0)
    }

    @Test func `a restart goes on where each sink was; a new sink begins with what is new`() throws {
        var before = Outbox(sinks: ["a", "b"])
        for number in 1...3 { before.append(transition(number)) }
        before.passed(try #require(before.next("a")), "a")
        var after = Outbox(sinks: ["a", "c"])
        after.restore(before.state, last: 3)
        #expect(after.next("a")?.transition.number == 2)
        #expect(after.next("c") == nil)
        after.append(transition(4))
        #expect(after.next("c")?.transition.number == 4)
    }

    @Test func `without sinks nothing is kept`() {
        var outbox = Outbox(sinks: [])
        outbox.append(transition(1))
        #expect(outbox.waiting == 0)
    }

    @Test func `an archive that grows too long loses texts, then what waited, and says how much`() throws {
        var outbox = Outbox(sinks: ["a"])
        for number in 1...1000 {
            var long = transition(number)
            long.alert.condition.summary = String(repeating: "s", count: 3000)
            long.alert.condition.labels = ["x": String(repeating: "l", count: 1000)]
            outbox.append(long)
        }
        let text = AlertArchive(book: AlertState(), outbox: outbox.state).text
        #expect(text.utf8.count <= AlertArchive.limit)
        let archive = try #require(AlertArchive(text: text))
        #expect(archive.outbox.entries.last?.number == 1000)
        #expect((archive.outbox.lost["a"] ?? 0) + archive.outbox.entries.count == 1000)
    }

    @Test(arguments: [
        "", "{", "[]", "null",
        #"{"book":{"version":2,"lastNumber":0,"entries":[],"crowds":[]},"outbox":{"entries":[],"cursors":{},"lost":{}}}"#,
    ])
    func `what is no archive is none`(text: String) {
        #expect(AlertArchive(text: text) == nil)
    }
}

import Fixtures
import Model
import Testing

@testable import Alerting

@Suite struct AlertBookTests {
    @Test func `an alert fires once after its tolerance, is repeated at its interval, and resolves once`() {
        var step = BookTranscript()
        let condition = Condition.test(after: 900)
        for _ in 0..<400 {
            step.found([condition], repeatEvery: .seconds(3600))
            step.pass(30)
        }
        for _ in 0..<10 {
            step.found([])
            step.pass(30)
        }
        #expect(
            step.lines == [
                "900s fired AddressUnbound egress-1", "4500s repeated AddressUnbound egress-1", "8100s repeated AddressUnbound egress-1",
                "11700s repeated AddressUnbound egress-1", "12120s resolved AddressUnbound egress-1",
            ])
        #expect(step.transitions.map(\.number) == [1, 2, 3, 4, 5])
        let last = step.transitions.last?.alert
        #expect(last?.since == Fixture.start.wall && last?.resolvedAt == Fixture.start.wall + .seconds(12120))
    }

    @Test func `what comes back after a short gap is a line for the log, and no news`() {
        var book = AlertBook(times: AlertTimes())
        func found(_ conditions: [Condition], at seconds: Int) -> [AlertBook.Effect] {
            let now = Moment(instant: Fixture.start.instant + .seconds(seconds), wall: Fixture.start.wall + .seconds(seconds))
            return book.step(now: now, .findings(source: "orders-db", Findings(conditions, undetermined: []), repeatEvery: .seconds(3600)))
        }
        let condition = Condition.test(after: 0)
        guard case .tell(let first)? = found([condition], at: 0).first else {
            Issue.record("it did not fire")
            return
        }
        #expect(found([condition], at: 10) == [])
        _ = found([], at: 20)
        guard case .remind(let again)? = found([condition], at: 30).first else {
            Issue.record("nothing is said of its return")
            return
        }
        #expect(again.alert.condition == first.alert.condition && again.number == 0 && book.lastNumber == first.number)
        #expect(found([condition], at: 40) == [])
    }

    @Test func `what could not be seen neither raises nor resolves`() {
        let address = Condition.test(after: 60, labels: ["address": "egress-1"])
        let unseen = Undetermined([.addressUnbound], where: "address", is: "egress-1")
        var firing = BookTranscript()
        firing.found([address])
        firing.pass(60)
        #expect(firing.found([address]).count == 1)
        // Gone for a minute and a half, then not known for an hour, then gone: the gap begins anew.
        firing.pass(90)
        firing.found([])
        for _ in 0..<120 {
            firing.pass(30)
            #expect(firing.found([], undetermined: [unseen]) == [])
        }
        #expect(firing.book.firing.map(\.state) == [.firing])
        firing.pass(30)
        #expect(firing.found([]) == [])
        firing.pass(119)
        #expect(firing(.elapsed) == [])
        firing.pass(1)
        #expect(firing(.elapsed) == ["3900s resolved AddressUnbound egress-1"])

        var pending = BookTranscript()
        pending.found([address])
        pending.pass(600)
        #expect(pending.found([], undetermined: [unseen]) == [])
        #expect(pending(.elapsed) == [])
        // It was there all along.
        pending.pass(1)
        #expect(pending.found([address]) == ["601s fired AddressUnbound egress-1"])
        // Of another address nothing was unknown.
        #expect(!unseen.covers(.addressUnbound, ["address": "egress-2"]))
    }

    @Test func `a crowd is one alert with its number, takes in those that follow, and is over when all are`() throws {
        var step = BookTranscript()
        let many = (1...40).map { Condition.test(.foreignRule, "sg-1/sgr-\($0)") }
        #expect(step.found(Array(many.prefix(20))).count == 20, "twenty are told one by one")
        step = BookTranscript()
        #expect(step.found(Array(many.prefix(21))) == ["0s fired ForeignRule (many)"])
        step.pass(30)
        #expect(step.found(many) == [])
        #expect(step.book.firing.map(\.count) == [40])
        for _ in 0..<120 {
            step.pass(30)
            step.found(many)
        }
        #expect(step.lines.last == "3600s repeated ForeignRule (many)")
        for _ in 0..<4 {
            step.pass(30)
            #expect(step.found(Array(many.prefix(1))) == [])
        }
        step.pass(30)
        step.found(Array(many.prefix(1)))
        #expect(step.book.firing.map(\.count) == [1])
        for _ in 0..<6 {
            step.pass(30)
            step.found([])
        }
        #expect(step.lines.count == 3 && step.lines.last?.hasSuffix("resolved ForeignRule (many)") == true)
        #expect(step.book.firing == [] && step.book.records.isEmpty && step.book.crowds.isEmpty)
    }

    @Test func `ten thousand at once are one, bounded in memory and in what is kept`() throws {
        var step = BookTranscript()
        let many = (1...10_000).map {
            Condition.test(.foreignRule, "sg-1/sgr-\($0)", labels: ["rule": String(repeating: "x", count: 200)])
        }
        #expect(step.found(many) == ["0s fired ForeignRule (many)"])
        let alert = try #require(step.book.firing.first)
        #expect(alert.count == 10_000 && alert.condition.summary.hasPrefix("10000 at once: sg-1/sgr-1, "))
        #expect(step.book.records.count == AlertTimes().followed)
        for kind in AlertKind.allCases {
            step.found((1...10_000).map { Condition.test(kind, "\($0)", policy: kind.rawValue) }, of: kind.rawValue)
        }
        #expect(step.book.records.count <= AlertTimes().followedInAll)
        #expect(step.lines.count <= AlertKind.allCases.count + 1)
        let text = AlertArchive(book: step.book.state, outbox: Outbox(sinks: []).state).text
        #expect(text.utf8.count <= AlertArchive.limit && AlertArchive(text: text)?.book.crowds.count == step.book.crowds.count)
    }

    @Test func `a source that is gone takes its alerts with it`() {
        var step = BookTranscript()
        step.found([.test()])
        step.found([.test(policy: "other")], of: "other")
        #expect(step(.forget(source: "orders-db")) == ["0s resolved AddressUnbound egress-1"])
        #expect(step(.keep(sources: ["other"])) == [])
        #expect(step(.keep(sources: ["third"])) == ["0s resolved AddressUnbound egress-1"])
    }

    @Test func `a restart neither repeats nor loses anything`() throws {
        let (long, short, gone) = (
            Condition.test(after: 900), Condition.test(.foreignRule, "sg-1/sgr-1"), Condition.test(.poolExhausted, "eu")
        )
        let crowd = (1...30).map { Condition.test(.revocationHeld, "sg-1/sgr-\($0)") }
        var before = BookTranscript()
        before.found([long, short, gone] + crowd)
        before.pass(600)
        before.found([long, short] + crowd)
        #expect(before.lines.count == 3)
        let state = try #require(AlertArchive(text: AlertArchive(book: before.book.state, outbox: Outbox(sinks: []).state).text)).book
        #expect(state == before.book.state)

        var after = BookTranscript()
        after.pass(900)
        #expect(after(.restore(state)) == [], "nothing is told before its source has looked")
        #expect(after(.elapsed) == [])
        #expect(
            after.found([long, short] + crowd) == ["900s resolved PoolExhausted eu", "900s fired AddressUnbound egress-1"],
            "15 minutes are over, the gap is longer than two; the others were told before")
        after.pass(2700)
        after.found([long, short] + crowd)
        #expect(after.lines.suffix(2) == ["3600s repeated ForeignRule sg-1/sgr-1", "3600s repeated RevocationHeld (many)"])
        #expect(after.transitions.map(\.number) == [4, 5, 6, 7])
    }

    @Test func `a state from a clock that was ahead counts from now`() {
        var ahead = BookTranscript()
        ahead.pass(86_400)
        ahead.found([.test()])
        var step = BookTranscript()
        step(.restore(ahead.book.state))
        #expect(step.book.firing.map(\.since) == [Fixture.start.wall])
        step.pass(3600)
        #expect(step.found([.test()]).count == 1)
    }

    @Test func `alerts that are over are shown for a while`() {
        var step = BookTranscript()
        step.found([.test()])
        step(.forget(source: "orders-db"))
        #expect(step.book.resolved.map(\.state) == [.resolved])
        step.pass(900)
        step(.elapsed)
        #expect(step.book.resolved == [])
    }
}

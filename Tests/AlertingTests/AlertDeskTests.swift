import Fixtures
import HTTP
import Locking
import Model
import Testing

@testable import Alerting

/// The shell: what a sink does is no one else's matter, and what was told outlives the process.
@Suite struct AlertDeskTests {
    final class MemoryStore: AlertStateStore {
        let text = Locked<String?>(nil)
        let failures = Locked(0)
        let saves = Locked(0)

        func load() async throws(APIError) -> String? {
            let fails = failures.withLock { failures in
                failures -= 1
                return failures >= 0
            }
            if fails {
                throw APIError(
                    api: .kubernetes, operation: "get", resource: "m", code: "timeout", message: "", disposition: .retry(after: nil))
            }
            return text.withLock { $0 }
        }

        func save(_ text: String) async throws(APIError) {
            self.text.withLock { $0 = text }
            saves.withLock { $0 += 1 }
        }
    }

    final class Bench: Sendable {
        let clock = ManualClock()
        let told = Locked<[String]>([])
        let warnings = Locked<[String]>([])
        let desk: AlertDesk

        init(_ sinks: [any AlertSink], store: MemoryStore? = nil, alertmanagers: [Alertmanager] = [], _ transport: any HTTPTransport) {
            var settings = AlertDesk.Settings()
            settings.sinks = sinks
            settings.store = store
            settings.alertmanagers = alertmanagers
            let (told, warnings) = (told, warnings)
            desk = AlertDesk(
                settings, transport: transport, runtime: clock.runtime,
                tell: { transition in told.withLock { $0.append("\(transition.change.rawValue) \(transition.alert.identity.subject)") } },
                warn: { text in warnings.withLock { $0.append(text) } })
        }

        func found(_ subjects: String...) {
            desk.take(Findings(subjects.map { .test(.foreignRule, $0) }), of: "orders-db", repeatEvery: .seconds(3600))
        }

        /// Runs the desk while the test looks.
        func run(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
            let task = Task { await desk.run() }
            do { try await body(self) } catch {
                task.cancel()
                throw error
            }
            task.cancel()
            await task.value
        }
    }

    static let slack = SlackSink { () throws(SinkTrouble) in Secret("https://slack/key") }
    static let hook = WebhookSink(url: "http://hook/") { () throws(SinkTrouble) in Secret("s") }

    @Test func `a sink that hangs holds up neither the others nor who finds something`() async throws {
        let transport = TestTransport { request in
            if request.url.hasPrefix("http://hook") { await Self.forever() }
            return .test(200)
        }
        try await Bench([Self.hook, Self.slack], transport).run { bench in
            bench.desk.lead(true)
            for number in 1...5 { bench.found((1...number).map { "r\($0)" }.joined(separator: "+")) }
            #expect(bench.told.withLock { $0 }.count == 5)
            #expect(await bench.clock.advance { transport.sent(to: "https://slack").count == 5 })
            #expect(transport.sent(to: "http://hook").count == 1)
        }
    }

    private static func forever() async { try? await Task.sleep(for: .seconds(3600)) }

    @Test func `what fails is sent again in order, what is refused is left out`() async throws {
        let calls = Locked(0)
        let transport = TestTransport { _ in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            // The first fails three times; the second is refused; the third is taken.
            return .test(call <= 3 ? 503 : call == 5 ? 400 : 200)
        }
        try await Bench([Self.hook], transport).run { bench in
            bench.desk.lead(true)
            bench.found("a", "b", "c")
            #expect(await bench.clock.advance { bench.desk.troubles == ["webhook": "HTTP 503"] })
            #expect(await bench.clock.advance { transport.sent(to: "http://hook").count == 6 && bench.desk.troubles.isEmpty })
            #expect(transport.sent(to: "http://hook").map { $0.headers["X-Drawbridge-Delivery"] } == ["1", "1", "1", "1", "2", "3"])
            #expect(bench.warnings.withLock { $0 }.count == 3)
            #expect(bench.warnings.withLock { $0 }.contains { $0.contains("refuses an alert (ForeignRule orders-db b)") })
        }
    }

    @Test func `a sink that fails for two minutes is an alert of its own, and the others take it`() async throws {
        let transport = TestTransport { request in .test(request.url.hasPrefix("http://hook") ? 500 : 200) }
        try await Bench([Self.hook, Self.slack], transport).run { bench in
            bench.desk.lead(true)
            bench.found("a")
            #expect(await bench.clock.advance { transport.sent(to: "https://slack").count == 2 })
            #expect(bench.told.withLock { $0 } == ["fired a", "fired webhook"])
        }
    }

    @Test func `a restart goes on: nothing is told twice, nothing is lost, what is over meanwhile resolves`() async throws {
        let store = MemoryStore()
        let isUp = Locked(false)
        let transport = TestTransport { request in
            .test(isUp.withLock { $0 } || request.url.hasPrefix("https://slack") ? 200 : 500)
        }
        try await Bench([Self.hook, Self.slack], store: store, transport).run { bench in
            bench.desk.lead(true)
            #expect(await bench.clock.advance { store.failures.withLock { $0 } < 0 })
            bench.found("a", "b")
            #expect(await bench.clock.advance { transport.sent(to: "https://slack").count == 2 && store.saves.withLock { $0 } > 0 })
            await bench.desk.flush()
        }
        #expect(transport.sent(to: "http://hook").allSatisfy { $0.headers["X-Drawbridge-Delivery"] == "1" })
        isUp.withLock { $0 = true }
        try await Bench([Self.hook, Self.slack], store: store, transport).run { bench in
            // While the store can't be read, what is found waits.
            store.failures.withLock { $0 = 2 }
            bench.desk.lead(true)
            bench.found("a", "c")
            #expect(bench.told.withLock { $0 } == [])
            #expect(await bench.clock.advance { bench.told.withLock { $0 } == ["fired c"] })
            #expect(await bench.clock.advance { bench.told.withLock { $0 } == ["fired c", "resolved b"] })
            #expect(
                await bench.clock.advance {
                    transport.sent(to: "http://hook").suffix(4).map { $0.headers["X-Drawbridge-Delivery"] } == ["1", "2", "3", "4"]
                })
            #expect(await bench.clock.advance { transport.sent(to: "https://slack").count == 4 })
        }
    }

    @Test func `a store that can't be read keeps alerts back for half a minute, no longer`() async throws {
        let store = MemoryStore()
        store.failures.withLock { $0 = .max }
        try await Bench([], store: store, TestTransport { _ in .test(200) }).run { bench in
            bench.desk.lead(true)
            bench.found("a")
            #expect(await bench.clock.advance { bench.told.withLock { $0 } == ["fired a"] })
            #expect(bench.clock.runtime.now().instant - Fixture.start.instant >= .seconds(30))
            #expect(bench.warnings.withLock { $0 }.count == 1)
        }
    }

    @Test func `who does not lead tells nothing, and who stops leading forgets`() {
        let bench = Bench([Self.slack], TestTransport { _ in .test(200) })
        bench.found("a")
        #expect(bench.told.withLock { $0 } == [] && bench.desk.firing == [])
        bench.desk.lead(true)
        bench.found("a")
        #expect(bench.told.withLock { $0 } == ["fired a"] && bench.desk.firing.count == 1)
        bench.desk.lead(false)
        #expect(bench.desk.firing == [] && bench.told.withLock { $0 }.count == 1)
        bench.desk.lead(true)
        bench.desk.keep(sources: ["orders-db"])
        bench.found("a")
        bench.desk.keep(sources: [])
        #expect(bench.told.withLock { $0 } == ["fired a", "fired a", "resolved a"])
    }

    @Test func `ten thousand at once are taken at once, and are one line and one delivery`() async throws {
        let transport = TestTransport { _ in .test(200) }
        try await Bench([Self.slack], transport).run { bench in
            bench.desk.lead(true)
            bench.desk.take(Findings((1...10_000).map { .test(.foreignRule, "r\($0)") }), of: "orders-db", repeatEvery: .seconds(3600))
            #expect(bench.told.withLock { $0 } == ["fired (many)"])
            #expect(await bench.clock.advance { transport.sent(to: "https://slack").count == 1 })
        }
    }

    @Test func `an Alertmanager is told every minute, and at each change`() async throws {
        let transport = TestTransport { _ in .test(200) }
        try await Bench([], alertmanagers: [Alertmanager(url: "http://am")], transport).run { bench in
            bench.desk.lead(true)
            bench.found("a")
            #expect(await bench.clock.advance { transport.sent(to: "http://am").count == 1 })
            let before = bench.clock.runtime.now().instant
            #expect(await bench.clock.advance { transport.sent(to: "http://am").count == 2 })
            #expect(bench.clock.runtime.now().instant - before <= .seconds(61))
        }
    }
}

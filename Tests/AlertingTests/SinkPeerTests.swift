import Fixtures
import Foundation
import HTTP
import Locking
import Model
import Testing

@testable import Alerting

/// Over real connections: servers that misbehave, and a real Alertmanager.
@Suite struct SinkPeerTests {
    private static func client() -> HTTPClient {
        HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "test"))
    }

    struct Server: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var manner: StubbornServer.Manner
        var trouble: String
    }

    @Test(arguments: [
        Server(testDescription: "ends the connection", manner: .says(""), trouble: "no answer: interrupted"),
        Server(
            testDescription: "answers what is no HTTP", manner: .says("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            trouble: "no answer: malformed-response"),
        Server(
            testDescription: "answers far too much",
            manner: .says("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + String(repeating: "x", count: 200_000)),
            trouble: "no answer: too-large"),
        Server(
            testDescription: "redirects", manner: .says("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            trouble: "HTTP 302: redirects are not followed; name the final URL"),
        Server(
            testDescription: "refuses the key", manner: .says("HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\ninvalid_token"),
            trouble: "HTTP 403: invalid_token"),
    ])
    func `a server that misbehaves is tried again, and the reason is told without its URL`(server: Server) async throws {
        let peer = StubbornServer(server.manner)
        let (clock, warnings) = (ManualClock(), Locked<[String]>([]))
        var settings = AlertDesk.Settings()
        settings.sinks = [SlackSink { () throws(SinkTrouble) in Secret("\(peer.url)/services/the-key") }]
        let desk = AlertDesk(
            settings, transport: Self.client(), runtime: clock.runtime, tell: { _ in },
            warn: { text in warnings.withLock { $0.append(text) } })
        let task = Task { await desk.run() }
        desk.lead(true)
        desk.take(Findings([.test()]), of: "orders-db", repeatEvery: .seconds(3600))
        #expect(await clock.advance { desk.troubles["slack"] != nil })
        #expect(desk.troubles["slack"] == server.trouble)
        #expect(warnings.withLock { $0 }.allSatisfy { !$0.contains("the-key") })
        task.cancel()
        await task.value
    }

    @Test func `a server that never answers is left after the time limit, and nobody waits for it`() async throws {
        let peer = StubbornServer(.hangs)
        var request = try WebhookSink(url: peer.url) { () throws(SinkTrouble) in Secret("s") }.request(
            for: .test(.test()), now: Fixture.start.wall)
        #expect(request.limits.total == .seconds(10) && request.limits.responseBytes == 65_536)
        request.limits.total = .milliseconds(300)
        let error = await #expect(throws: HTTPError.self) { try await Self.client().send(request) }
        #expect(error.map { SinkTrouble.of($0).message } == "no answer: timeout")

        let desk = AlertDesk(
            {
                var settings = AlertDesk.Settings()
                settings.sinks = [WebhookSink(url: peer.url) { () throws(SinkTrouble) in Secret("s") }]
                return settings
            }(), transport: Self.client(), runtime: ManualClock().runtime, tell: { _ in }, warn: { _ in })
        let task = Task { await desk.run() }
        desk.lead(true)
        for number in 1...100 {
            desk.take(Findings((1...number).map { .test(.foreignRule, "\($0)") }), of: "orders-db", repeatEvery: .seconds(3600))
        }
        #expect(desk.firing.count == 100)
        // Cancelling ends the transfer at once.
        task.cancel()
        await task.value
    }

    private func alerts(_ url: String) async throws -> [[String: Any]] {
        let limits = HTTPLimits(connect: .seconds(2), total: .seconds(5), idle: .seconds(5), responseBytes: 1 << 20)
        let response = try await Self.client().send(HTTPRequest("GET", "\(url)/api/v2/alerts", limits: limits))
        return try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]])
    }

    // The real one is a package of Debian (prometheus-alertmanager), and a program of Prometheus elsewhere.
    @Test(.enabled(if: AlertmanagerProcess.executable != nil, "no prometheus-alertmanager or alertmanager on PATH"))
    func `a real Alertmanager takes what fires, and resolves what is over`() async throws {
        let peer = try AlertmanagerProcess()
        defer { peer.stop() }
        var isUp = false
        for _ in 0..<200 where !isUp {
            isUp = (try? await alerts(peer.url)) != nil
            if !isUp { try await Task.sleep(for: .milliseconds(100)) }
        }
        try #require(isUp)

        let clock = ManualClock()
        // The real one compares with its own clock, so this one begins at the real time.
        let offset = Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)) - Fixture.start.wall
        var runtime = clock.runtime
        let now = runtime.now
        runtime.now = {
            let moment = now()
            return Moment(instant: moment.instant, wall: moment.wall + offset)
        }
        var settings = AlertDesk.Settings()
        settings.times.clearAfter = .zero
        settings.alertmanagers = [Alertmanager(url: peer.url)]
        let warnings = Locked<[String]>([])
        let desk = AlertDesk(
            settings, transport: Self.client(), runtime: runtime, tell: { _ in }, warn: { text in warnings.withLock { $0.append(text) } })
        let task = Task { await desk.run() }
        desk.lead(true)
        let hostile = Condition(
            AlertIdentity(.foreignRule, policy: "orders-db", subject: "sg-1/sgr-1"), .critical, "<b>\"\u{202E}é", action: "mend it",
            labels: ["rule": "sgr-1", "empty": ""], after: .zero)
        let many = (1...15).map { Condition.test(.addressUnbound, "egress-\($0)") }
        desk.take(Findings([hostile] + many), of: "orders-db", repeatEvery: .seconds(3600))
        #expect(try await seen(peer.url) { $0.count == 16 }, "\(warnings.withLock { $0 })")
        let all = try await alerts(peer.url)
        let rule = try #require(all.first { ($0["labels"] as? [String: String])?["alertname"] == "ForeignRule" })
        #expect(
            rule["labels"] as? [String: String] == [
                "alertname": "ForeignRule", "job": "drawbridge", "policy": "orders-db", "subject": "sg-1/sgr-1", "severity": "critical",
                "rule": "sgr-1",
            ])
        #expect((rule["annotations"] as? [String: String])?["action"] == "mend it")
        #expect((rule["status"] as? [String: Any])?["state"] as? String == "active")

        desk.take(Findings([hostile]), of: "orders-db", repeatEvery: .seconds(3600))
        #expect(try await seen(peer.url) { $0.count == 1 }, "what is over is shown no more")
        #expect(warnings.withLock { $0 } == [])
        task.cancel()
        await task.value
    }

    private func seen(_ url: String, _ holds: ([[String: Any]]) -> Bool) async throws -> Bool {
        for _ in 0..<200 {
            if holds(try await alerts(url)) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}

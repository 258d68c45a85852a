import Cryptography
import Fixtures
import Foundation
import HTTP
import Model
import Testing

@testable import Alerting

@Suite struct SinkTests {
    private static let hostile = Condition(
        AlertIdentity(.foreignRule, policy: "p<1>", subject: "sg-1/sgr-1"), .critical, "a & b <!channel> \u{1B}[31m \u{202E}x",
        action: "do <this>", labels: ["rule": "sgr-1"], after: .zero)
    private static let now = Timestamp(secondsSinceEpoch: 1_770_000_000)

    private func json(_ request: HTTPRequest) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(request.body ?? [])) as? [String: Any])
    }

    @Test func `Slack gets escaped text, bounded, and nothing that it would take for a command`() throws {
        let sink = SlackSink { () throws(SinkTrouble) in Secret("https://hooks.slack.com/services/T/B/key") }
        let request = try sink.request(for: .test(.test(1, .fired, Self.hostile), lost: 3), now: Self.now)
        #expect(request.method == "POST" && request.url == "https://hooks.slack.com/services/T/B/key")
        #expect(request.headers["Content-Type"] == "application/json")
        let text = try #require(try json(request)["text"] as? String)
        #expect(
            text == """
                *[FIRING] critical: ForeignRule* (policy p&lt;1&gt;)
                a &amp; b &lt;!channel&gt; \\u{1b}[31m \\u{202e}x
                *What to do:* do &lt;this&gt;
                Since 2026-02-02T02:25:00Z
                3 alerts before this one were dropped: more waited than are kept.
                """)
        var long = Self.hostile
        long.summary = String(repeating: "<&>", count: 40_000)
        long.action = long.summary
        let bounded = SlackSink.text(.test(.test(1, .fired, long)))
        #expect(bounded.unicodeScalars.count <= SlackSink.textLimit)
        #expect(SlackSink.text(.test(.test(1, .resolved))).hasPrefix("*[RESOLVED] warning: AddressUnbound*"))
        #expect(!SlackSink.text(.test(.test(1, .resolved))).contains("What to do"))
    }

    @Test(arguments: [
        ("https://hooks.example.com/T/B/key", true), ("http://127.0.0.1:9000/key", true), ("http://[::1]/key", true),
        ("http://localhost/key", true), ("http://hooks.example.com/T/B/key", false), ("http://127.0.0.1.example.com/key", false),
        ("http://127.0.0.1@example.com/key", false), ("http://127.0.0.1\\@example.com/key", false), ("ftp://127.0.0.1/key", false),
        ("hooks.example.com/key", false), ("", false),
    ])
    func `a key goes nowhere in the clear but to this machine, and stands in no message`(url: String, isTaken: Bool) {
        let sinks: [any AlertSink] = [
            SlackSink { () throws(SinkTrouble) in Secret(url) },
            PagerDutySink(url: url, key: { () throws(SinkTrouble) in Secret("the-key") }, source: "drawbridge"),
        ]
        for sink in sinks {
            do throws(SinkTrouble) {
                #expect(try sink.request(for: .test(.test(1, .fired, Self.hostile)), now: Self.now).url == url)
                #expect(isTaken, "\(sink.name)")
            } catch {
                #expect(!isTaken && error.message.contains("https://") && !error.message.contains("key"), "\(error)")
                if case .refused = error { Issue.record("a person sets it right: what waits is not to be left out") }
            }
        }
    }

    @Test func `PagerDuty gets what it requires within its limits, and the same key for the same trouble`() throws {
        let sink = PagerDutySink(
            key: { () throws(SinkTrouble) in Secret(String(repeating: "k", count: 32)) }, source: "drawbridge/drawbridge")
        var long = Self.hostile
        long.summary = String(repeating: "\u{1F9E8}", count: 5000)
        long.identity.subject = String(repeating: "s", count: 5000)
        let body = try json(try sink.request(for: .test(.test(1, .fired, long)), now: Self.now))
        #expect(body["event_action"] as? String == "trigger" && (body["dedup_key"] as? String)?.count == 64)
        let payload = try #require(body["payload"] as? [String: Any])
        #expect((payload["summary"] as? String)?.unicodeScalars.count ?? 9999 <= 1024)
        #expect(payload["severity"] as? String == "critical" && payload["source"] as? String == "drawbridge/drawbridge")
        #expect(payload["timestamp"] as? String == "2026-02-02T02:40:00Z" && payload["class"] as? String == "ForeignRule")
        let resolved = try sink.request(for: .test(.test(2, .resolved, long)), now: Self.now)
        #expect(try json(resolved)["event_action"] as? String == "resolve")
        #expect(try json(resolved)["dedup_key"] as? String == body["dedup_key"] as? String)
        #expect((resolved.body?.count ?? .max) < 512_000)
        #expect(PagerDutySink.key(of: long.identity) != PagerDutySink.key(of: Self.hostile.identity))
        // What one field holds is not taken for another's.
        #expect(
            PagerDutySink.key(of: AlertIdentity(.foreignRule, policy: "a", subject: "b"))
                != PagerDutySink.key(of: AlertIdentity(.foreignRule, policy: "", subject: "a\nb")))
    }

    @Test func `a webhook is signed over the time and the body`() throws {
        let sink = WebhookSink(url: "https://example.com/alerts") { () throws(SinkTrouble) in Secret("s3cret") }
        let request = try sink.request(for: .test(.test(7, .fired, Self.hostile), lost: 1), now: Self.now)
        let body = try #require(request.body)
        let code = HMAC.sha256(key: Array("s3cret".utf8), message: Array("1770000000.".utf8) + body)
        #expect(request.headers["X-Drawbridge-Signature"] == "t=1770000000,v1=\(hexadecimal(code))")
        #expect(request.headers["X-Drawbridge-Delivery"] == "7")
        let fields = try json(request)
        #expect(fields["kind"] as? String == "ForeignRule" && fields["change"] as? String == "fired" && fields["lost"] as? Int == 1)
        #expect(fields["version"] as? Int == 1 && fields["number"] as? Int == 7)
        // By `printf '%s' '1.{}' | openssl dgst -sha256 -hmac key`.
        #expect(
            WebhookSink.signature(Array("{}".utf8), seconds: 1, Secret("key"))
                == "t=1,v1=\(hexadecimal(HMAC.sha256(key: Array("key".utf8), message: Array("1.{}".utf8))))")
    }

    @Test func `Alertmanager gets the whole set, in batches, and what is over with its end`() throws {
        let receiver = Alertmanager(url: "http://am:9093/prefix/")
        let firing = (1...100).map { AlertTransition.test(1, .fired, .test(.foreignRule, "sgr-\($0)")).alert }
        let over = [
            AlertTransition.test(2, .resolved, .test(.poolExhausted, "eu")).alert,
            AlertTransition.test(2, .resolved, .test(.foreignRule, "sgr-1")).alert,
        ]
        let requests = receiver.requests(firing: firing, resolved: over, now: Self.now)
        #expect(requests.map(\.url) == Array(repeating: "http://am:9093/prefix/api/v2/alerts", count: 2))
        let all = try requests.flatMap { try #require(try JSONSerialization.jsonObject(with: Data($0.body ?? [])) as? [[String: Any]]) }
        #expect(all.count == 101, "what fires again is not told as over")
        let first = try #require(all.first)
        #expect(first["endsAt"] as? String == "2026-02-02T02:40:00Z")
        #expect((first["labels"] as? [String: String])?["alertname"] == "PoolExhausted")
        #expect(all.last?["endsAt"] as? String == "2026-02-02T02:44:00Z")
        #expect(receiver.requests(firing: [], resolved: [], now: Self.now).isEmpty)
        let labels = Alertmanager.postable(AlertTransition.test(1, .fired, Self.hostile).alert, Self.now).labels
        #expect(labels.keys.allSatisfy { $0.wholeMatch(of: #/[a-zA-Z_][a-zA-Z0-9_]*/#) != nil } && labels.values.allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: [
        (200, nil as String?), (202, nil), (204, nil), (400, "refused"), (413, "refused"), (422, "refused"), (401, "again"), (403, "again"),
        (404, "again"), (408, "again"), (410, "again"), (429, "again"), (500, "again"), (503, "again"), (301, "again"), (307, "again"),
        (100, "again"),
    ])
    func `what an answer means`(status: Int, meaning: String?) {
        let trouble = SinkTrouble.of(.test(status, "<html>\u{1B}[0m"))
        switch trouble {
        case nil: #expect(meaning == nil)
        case .again(let message, _): #expect(meaning == "again" && !message.contains("\u{1B}"))
        case .refused: #expect(meaning == "refused")
        }
    }

    @Test(arguments: [("7", Duration.seconds(7)), ("99999999", .seconds(3600)), ("-4", .zero)])
    func `a server's Retry-After is heeded, within bounds`(header: String, pause: Duration) {
        #expect(SinkTrouble.of(.test(429, headers: ["Retry-After": header])) == .again("HTTP 429", after: pause))
    }

    @Test func `no trouble tells the URL, which may be a secret`() {
        let error = HTTPError(
            .connect, request: "POST https://hooks.slack.com/services/T/B/key", message: "to /services/T/B/key", mayHaveBeenReceived: false)
        #expect(SinkTrouble.of(error).message == "no answer: connect")
    }

    @Test func `pauses double up to five minutes, with jitter, and never below what the server names`() {
        #expect(
            (1...12).map { Backoff.pause(failures: $0, named: nil, unit: 1).milliseconds / 1000 } == [
                1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300,
            ])
        #expect(Backoff.pause(failures: 9, named: nil, unit: 0) == .milliseconds(500))
        #expect(Backoff.pause(failures: 1, named: .seconds(60), unit: 0.5) == .seconds(60))
    }
}

import HTTP
import Locking
import Model
import Testing

@testable import AWS

struct `A clock that is wrong` {
    private let group = EC2Answers.group
    private let ok = EC2Answers.rules([EC2Answers.rule("sgr-1")])

    /// This machine's clock says 12:00:00.
    private func refusal(_ code: String, date: String?) -> ScriptedTransport.Step {
        .refusal(400, code, headers: date.map { ["Date": "Sun, 01 Mar 2026 \($0) GMT"] } ?? [:])
    }

    @Test(arguments: ["RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "AuthFailure"])
    func `is measured by the server's Date, and the request signed with its time`(code: String) async throws {
        let transport = ScriptedTransport(refusal(code, date: "13:02:00"), ok, ok)
        let clock = ManualClock()
        let connection = EC2Answers.connection(transport, clock)
        let client = try EC2Client(connection, region: "eu-west-1", credentials: EC2Answers.keys)
        _ = try await client.describeSecurityGroup(group)
        _ = try await client.describeSecurityGroup(group)
        #expect(
            await transport.requests.map { $0.headers["X-Amz-Date"] } == [
                "20260301T120000Z", "20260301T130200Z", "20260301T130200Z",
            ])
        #expect(connection.skew.ahead == .seconds(3720))
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `is corrected for writes too: a refused request took no effect`() async throws {
        let transport = ScriptedTransport(refusal("RequestExpired", date: "11:30:00"), EC2Answers.authorized)
        try await EC2Answers.client(transport).authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")])
        #expect(await transport.requests[1].headers["X-Amz-Date"] == "20260301T113000Z")
    }

    @Test(arguments: [
        ("13:02:00", "this machine's clock is 1h2m behind AWS's"), ("11:30:00", "this machine's clock is 30m ahead of AWS's"),
    ])
    func `is corrected once only, and named when that does not help`(date: String, words: String) async throws {
        let transport = ScriptedTransport(refusal("RequestExpired", date: date), refusal("RequestExpired", date: date), ok)
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.message.contains(words), "\(error)")
        #expect(error.message.contains("NTP"))
        #expect(await transport.requests.count == 2)
    }

    @Test(arguments: [
        ("SignatureDoesNotMatch", "12:03:00"), ("AuthFailure", nil), ("AuthFailure", "12:00:00"), ("RequestExpired", "12:00:10"),
        ("RequestExpired", nil), ("UnauthorizedOperation", "15:00:00"),
    ])
    func `is not blamed without evidence`(code: String, date: String?) async throws {
        let transport = ScriptedTransport(refusal(code, date: date), ok)
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.isDenied)
        #expect(await transport.requests.count == 1, "keys without an end can't be over either")
    }

    /// Gives temporary keys by number, a new one whenever the last was discarded.
    private final class Renewable: AWSCredentialsProvider {
        private let number = Locked(1)

        func credentials() -> AWSCredentials {
            let number = number.withLock { $0 }
            return AWSCredentials(
                accessKeyID: "ASIA\(number)", secretAccessKey: Secret("s"), sessionToken: Secret("t\(number)"), expiration: nil,
                source: "role of profile 'prod'")
        }

        func discard(_ credentials: AWSCredentials) { number.withLock { $0 += 1 } }
    }

    private func keyIDs(_ transport: ScriptedTransport) async -> [Substring?] {
        await transport.requests.map { $0.headers["Authorization"]?.split(separator: "Credential=").last?.prefix { $0 != "/" } }
    }

    @Test(arguments: ["12:00:10", nil])
    func `is not the cause where it agrees: RequestExpired then tells of temporary keys, which are renewed`(date: String?) async throws {
        let transport = ScriptedTransport(refusal("RequestExpired", date: date), ok)
        let client = try EC2Client(EC2Answers.connection(transport, ManualClock()), region: "eu-west-1", credentials: Renewable())
        _ = try await client.describeSecurityGroup(group)
        #expect(await keyIDs(transport) == ["ASIA1", "ASIA2"])
    }

    @Test func `is corrected first; if that does not help, the keys are renewed`() async throws {
        let refused = refusal("RequestExpired", date: "13:02:00")
        let transport = ScriptedTransport(refused, refused, ok)
        let client = try EC2Client(EC2Answers.connection(transport, ManualClock()), region: "eu-west-1", credentials: Renewable())
        _ = try await client.describeSecurityGroup(group)
        #expect(await keyIDs(transport) == ["ASIA1", "ASIA1", "ASIA2"])
        #expect(await transport.requests.map { $0.headers["X-Amz-Date"] } == ["20260301T120000Z", "20260301T130200Z", "20260301T130200Z"])
    }

    @Test(arguments: ["12:00:10", nil])
    func `or the keys: both are named when new keys are refused too`(date: String?) async throws {
        let refused = refusal("RequestExpired", date: date)
        let transport = ScriptedTransport(refused, refused, ok)
        let client = try EC2Client(EC2Answers.connection(transport, ManualClock()), region: "eu-west-1", credentials: Renewable())
        let error = try await apiError { _ = try await client.describeSecurityGroup(group) }
        #expect(await transport.requests.count == 2)
        #expect(error.isDenied)
        #expect(error.message.contains("keys of role of profile 'prod'; new keys were refused as well: get new credentials"), "\(error)")
        #expect(error.message.contains("NTP"))
    }

    /// The answer of 12:00:00 by this machine's clock.
    private func answer(date: String) -> ScriptedTransport.Step {
        guard case .answer(var response) = ok else { return ok }
        response.headers = ["Date": "Sun, 01 Mar 2026 \(date) GMT"]
        return .answer(response)
    }

    @Test(arguments: [
        ("12:04:30", "20260301T120430Z"), ("13:02:00", "20260301T130200Z"), ("11:30:00", "20260301T113000Z"),
        ("12:03:59", "20260301T120000Z"), ("11:56:30", "20260301T120000Z"), ("12:00:00", "20260301T120000Z"),
    ])
    func `is corrected from four minutes on by an answer that nothing was wrong with`(date: String, next: String) async throws {
        let transport = ScriptedTransport(answer(date: date), ok)
        let client = try EC2Client(EC2Answers.connection(transport, ManualClock()), region: "eu-west-1", credentials: EC2Answers.keys)
        for _ in 0..<2 { _ = try await client.describeSecurityGroup(group) }
        #expect(await transport.requests.map { $0.headers["X-Amz-Date"] } == ["20260301T120000Z", next])
    }

    @Test func `is not taken from an answer that was long under way, nor from one that is days off`() {
        let start = Timestamp(rfc3339: "2026-03-01T12:00:00Z")!
        let skew = ClockSkew()
        skew.observe(server: start + .seconds(250), sentAt: start, receivedAt: start + .seconds(30))
        #expect(skew.ahead == .zero, "220 seconds are certain")
        skew.observe(server: start + .seconds(90_000), sentAt: start, receivedAt: start)
        #expect(skew.ahead == .zero)
        skew.observe(server: nil, sentAt: start, receivedAt: start)
        skew.observe(server: start + .seconds(600), sentAt: start + .seconds(1), receivedAt: start)
        #expect(skew.ahead == .zero, "the clock was set while it was under way")
        skew.observe(server: start + .seconds(600), sentAt: start, receivedAt: start + .seconds(1))
        #expect(skew.ahead == .seconds(599))
    }

    @Test func `that someone sets right is measured anew`() async throws {
        let transport = ScriptedTransport(
            refusal("RequestExpired", date: "13:00:00"), ok, refusal("RequestExpired", date: "13:00:00"), ok)
        let clock = ManualClock()
        let connection = EC2Answers.connection(transport, clock)
        let client = try EC2Client(connection, region: "eu-west-1", credentials: EC2Answers.keys)
        _ = try await client.describeSecurityGroup(group)
        clock.set(wall: "2026-03-01T13:00:00Z")
        _ = try await client.describeSecurityGroup(group)
        #expect(connection.skew.ahead == .zero)
        #expect(await transport.requests[3].headers["X-Amz-Date"] == "20260301T130000Z")
    }

    @Test func `that another call has corrected meanwhile lets this one sign again`() async throws {
        let skew = ClockSkew()
        let start = Timestamp(rfc3339: "2026-03-01T12:00:00Z")!
        _ = skew.correct(server: start + .seconds(3600), local: start, threshold: .seconds(30))
        var attempts = QueryAttempts(policy: .reads, start: Instant(sinceOrigin: .zero), signed: true)
        var budget = RetryBudget(capacity: 1, refillPerSecond: 0, now: Instant(sinceOrigin: .zero))
        let failure = QueryFailure(
            error: APIError(api: .ec2, operation: "x", resource: "x", code: "RequestExpired", message: "", disposition: .denied),
            kind: .clock, serverDate: start + .seconds(3600), receivedAt: start, signedAhead: .zero)
        let decision = attempts.decide(after: failure, skew: skew, now: Instant(sinceOrigin: .zero), unit: 0, budget: &budget)
        #expect(decision == .correctClock(ahead: .seconds(3600)))
    }
}

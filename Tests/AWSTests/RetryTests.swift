import HTTP
import Model
import Testing

@testable import AWS

struct `Repeating calls` {
    private let group = EC2Answers.group
    private let permission = EC2Answers.permission("192.0.2.1/32")

    @Test(arguments: [
        ScriptedTransport.Step.fail(.connect, received: false), .fail(.resolve, received: false), .fail(.timeout, received: true),
        .fail(.interrupted, received: true), .fail(.malformedResponse, received: true), .refusal(503, "RequestLimitExceeded"),
        .refusal(500, "InternalError"), .answer(502, "<html/>"), .answer(200, "<html/>"),
    ])
    func `a read is repeated, with a back-off in between`(failure: ScriptedTransport.Step) async throws {
        let clock = ManualClock()
        let transport = ScriptedTransport(failure, failure, EC2Answers.rules([EC2Answers.rule("sgr-1")]))
        let read = try await EC2Answers.client(transport, clock).describeSecurityGroup(group)
        #expect(read.rules.count == 1)
        #expect(clock.sleeps == [.milliseconds(250), .milliseconds(500)])
    }

    @Test func `each attempt is signed anew`() async throws {
        let clock = ManualClock(unit: 0.999)
        let failure = ScriptedTransport.Step.refusal(503, "RequestLimitExceeded", headers: ["Retry-After": "2"])
        let transport = ScriptedTransport(failure, EC2Answers.rules([EC2Answers.rule("sgr-1")]))
        _ = try await EC2Answers.client(transport, clock).describeSecurityGroup(group)
        let requests = await transport.requests
        #expect(requests.map { $0.headers["X-Amz-Date"] } == ["20260301T120000Z", "20260301T120002Z"])
        #expect(requests[0].headers["Authorization"] != requests[1].headers["Authorization"])
        #expect(requests[0].body == requests[1].body)
    }

    @Test func `a read is given up in the end, with the last error`() async throws {
        let clock = ManualClock()
        let transport = ScriptedTransport((0..<10).map { .refusal(503, "RequestLimitExceeded", message: "number \($0)") })
        let error = try await apiError { _ = try await EC2Answers.client(transport, clock).describeSecurityGroup(group) }
        #expect(error.message == "number 3")
        #expect(await transport.requests.count == 4)
    }

    @Test(arguments: [
        ScriptedTransport.Step.refusal(503, "RequestLimitExceeded"), .refusal(503, "Unavailable"), .refusal(503, "SomethingNew"),
        .fail(.connect, received: false), .fail(.resolve, received: false), .fail(.timeout, received: false), .answer(429, ""),
    ])
    func `a write is repeated when it is certain that nothing was done`(failure: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(failure, failure, EC2Answers.authorized)
        try await EC2Answers.client(transport).authorizeIngress(group, [permission])
        #expect(await transport.requests.count == 3)
    }

    @Test(arguments: [
        ScriptedTransport.Step.fail(.timeout, received: true), .fail(.interrupted, received: true),
        .fail(.malformedResponse, received: true),
        .fail(.tooLarge, received: true), .fail(.cancelled, received: true), .refusal(500, "InternalError"),
        .refusal(500, "SomethingNew"),
        .answer(503, "<html>upstream</html>"), .answer(502, ""), .answer(504, ""), .answer(200, "<html/>"), .answer(200, ""),
        EC2Answers.written("RevokeSecurityGroupIngress"),
    ])
    func `a write whose answer was lost is not repeated: it may have taken effect`(failure: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(failure, EC2Answers.authorized)
        let error = try await apiError { try await EC2Answers.client(transport).authorizeIngress(group, [permission]) }
        #expect(error.mayHaveTakenEffect)
        #expect(error.disposition == .reread)
        #expect(await transport.requests.count == 1)
    }

    @Test func `what spends the retries of describes and revokes leaves those of authorizes`() async throws {
        let (clock, throttle) = (ManualClock(unit: 0), ScriptedTransport.Step.refusal(503, "RequestLimitExceeded"))
        let transport = ScriptedTransport(Array(repeating: throttle, count: 200))
        let client = try EC2Answers.client(transport, clock)
        for _ in 0..<8 {
            _ = try await apiError { _ = try await client.describeSecurityGroup(group) }
            _ = try await apiError { try await client.revokeIngress(group, ruleIDs: ["sgr-1"]) }
        }
        let before = await transport.requests.count
        _ = try await apiError { _ = try await client.describeSecurityGroup(group) }
        #expect(await transport.requests.count == before + 1, "the describes' budget is spent")
        _ = try await apiError { try await client.authorizeIngress(group, [permission]) }
        #expect(await transport.requests.count == before + 1 + Retry.Policy.writes.attempts)
    }

    @Test func `a Retry-After beyond the time limit ends the call at once, and is told`() async throws {
        let clock = ManualClock()
        let transport = ScriptedTransport(.refusal(503, "RequestLimitExceeded", headers: ["Retry-After": "600"]))
        let error = try await apiError { _ = try await EC2Answers.client(transport, clock).describeSecurityGroup(group) }
        #expect(error.disposition == .retry(after: .seconds(600)))
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `a cancelled call is not repeated`() async throws {
        let transport = ScriptedTransport(.fail(.cancelled, received: false), EC2Answers.rules([]))
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.code == "cancelled")
        #expect(await transport.requests.count == 1)
    }

    @Test func `credentials that AWS calls expired are renewed once`() async throws {
        actor Rotating: AWSCredentialsProvider {
            var given = 0
            nonisolated let discarded = ManualClock()
            func credentials() -> AWSCredentials {
                given += 1
                return AWSCredentials(
                    accessKeyID: "ASIA\(given)", secretAccessKey: Secret("s"), sessionToken: Secret("t\(given)"), expiration: nil,
                    source: "")
            }
            nonisolated func discard(_ credentials: AWSCredentials) { discarded.advance(.seconds(1)) }
        }
        let (provider, clock) = (Rotating(), ManualClock())
        let transport = ScriptedTransport(.refusal(400, "ExpiredToken"), .refusal(400, "ExpiredToken"), EC2Answers.rules([]))
        let client = try EC2Client(EC2Answers.connection(transport, clock), region: "eu-west-1", credentials: provider)
        let error = try await apiError { _ = try await client.describeSecurityGroup(group) }
        #expect(error.isDenied)
        #expect(await transport.requests.map { $0.headers["X-Amz-Security-Token"] } == ["t1", "t2"])
        #expect(provider.discarded.now.instant == Instant(sinceOrigin: .seconds(1001)))
    }
}

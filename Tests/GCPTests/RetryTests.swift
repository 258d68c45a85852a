import GCP
import HTTP
import Model
import Testing

@Suite struct RetryTests {
    private let reference = AddressReference(project: "acme", region: "europe-west1", name: "a")
    private let url = "GET \(base)projects/acme/regions/europe-west1/addresses/a"
    private var found: ScriptedTransport.Step { .answer(url, addressJSON("a", "203.0.113.2")) }

    @Test(arguments: [
        ScriptedTransport.Step.refusal("", 503, "backendError", "try again"),
        .answer("", "<html>502 Bad Gateway</html>", status: 502), .answer("", "", status: 500), .refusal("", 429, "whatever", "slow"),
        .failure("", .timeout, received: true), .failure("", .connect, received: false), .failure("", .interrupted, received: true),
    ])
    func `what may pass is tried again after a pause`(step: ScriptedTransport.Step) async throws {
        var step = step
        step.request = url
        let transport = ScriptedTransport([step, step, found])
        let clock = TestClock()
        _ = try await client(transport, clock).getAddress(reference)
        #expect(transport.requests.count == 3)
        #expect(clock.sleeps == [.milliseconds(125), .milliseconds(250)])
    }

    @Test(arguments: [
        ScriptedTransport.Step.refusal("", 403, "forbidden", "Required 'compute.addresses.get' permission"),
        .refusal("", 400, "invalid", "no"), .failure("", .tls, received: false), .failure("", .tooLarge, received: true),
        .failure("", .cancelled, received: true), .answer("", "", status: 302), .answer("", "x", status: 407),
    ])
    func `what won't pass is not tried again`(step: ScriptedTransport.Step) async {
        var step = step
        step.request = url
        let transport = ScriptedTransport([step])
        let error = await failure { () throws(APIError) in try await client(transport, TestClock()).getAddress(reference) }
        #expect(error != nil)
        #expect(transport.requests.count == 1)
        #expect(error?.mayHaveTakenEffect == false)
    }

    @Test func `the server's own delay is kept`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport([.refusal(url, 503, "backendError", "later", headers: ["retry-after": "7"]), found])
        _ = try await client(transport, clock).getAddress(reference)
        #expect(clock.sleeps == [.seconds(7)])
    }

    @Test func `a rate limit is waited out to the next minute`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport([.refusal(url, 403, "rateLimitExceeded", "Rate Limit Exceeded"), found])
        _ = try await client(transport, clock).getAddress(reference)
        // The clock stands at 20 s past the minute; half of 3 s spreads the callers.
        #expect(clock.sleeps == [.milliseconds(41_500)])
    }

    @Test func `retries end`() async {
        let transport = ScriptedTransport(Array(repeating: .answer(url, "", status: 503), count: 20))
        let error = await failure { () throws(APIError) in try await client(transport, TestClock()).getAddress(reference) }
        #expect(error?.disposition == .retry(after: nil))
        #expect(transport.requests.count == 5)
    }

    @Test func `all reads share a budget`() async {
        let transport = ScriptedTransport(Array(repeating: .answer(url, "", status: 503), count: 200))
        let clock = TestClock()
        let shared = client(transport, clock)
        for _ in 0..<40 { _ = await failure { () throws(APIError) in try await shared.getAddress(reference) } }
        // 50 retries and one for each second that has passed, not 4 for each of the 40.
        let retries = transport.requests.count - 40
        #expect(retries >= 50)
        #expect(retries < 40 * 4)
        #expect(retries <= 50 + Int(clock.now.instant.sinceOrigin.inSeconds) + 1)
    }

    @Test func `a refused token is replaced once`() async throws {
        let tokens = TestTokens(["old", "new"])
        let transport = ScriptedTransport([.refusal(url, 401, "authError", "Invalid Credentials"), found])
        let clock = TestClock()
        _ = try await client(transport, clock, tokens: tokens).getAddress(reference)
        #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer old", "Bearer new"])
        #expect(tokens.invalidated == [Secret("old")])
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `a new token that is refused too is a denial`() async {
        let refusal = ScriptedTransport.Step.refusal(url, 401, "authError", "Invalid Credentials")
        let transport = ScriptedTransport([refusal, refusal])
        let error = await failure { () throws(APIError) in
            try await client(transport, TestClock(), tokens: TestTokens(["old", "new"])).getAddress(reference)
        }
        #expect(error?.isDenied == true)
        #expect(error?.description.contains("new") == false)
        #expect(transport.isFinished)
    }
}

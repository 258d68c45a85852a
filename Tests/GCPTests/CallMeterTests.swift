import Fixtures
import HTTP
import Model
import Testing

@testable import GCP

/// What the client of Compute Engine tells of its calls.
@Suite struct CallMeterTests {
    private let reference = AddressReference(project: "acme", region: "europe-west1", name: "a")
    private let url = "GET \(base)projects/acme/regions/europe-west1/addresses/a"
    private let operation = "addresses.get"
    private var found: ScriptedTransport.Step { .answer(url, addressJSON("a", "203.0.113.2")) }

    private func events(_ steps: [ScriptedTransport.Step], tokens: [String] = ["token-1"]) async -> [CallMeter.Event] {
        let (log, clock) = (MeterLog(), TestClock())
        let steps = steps.map { step in
            var step = step
            step.request = url
            step.before = { clock.advance(.milliseconds(40)) }
            return step
        }
        let client = ComputeClient(
            endpoint: .standard, transport: ScriptedTransport(steps), tokens: TestTokens(tokens), runtime: clock.runtime,
            retries: .standard,
            meter: log.meter)
        _ = try? await client.getAddress(reference)
        return log.events
    }

    private func request(_ code: String) -> CallMeter.Event {
        .request(.compute, operation: operation, code: code, took: .milliseconds(40))
    }

    @Test func `each request with its code and its time, each retry`() async {
        #expect(
            await events([.refusal("", 503, "backendError", "try again"), .failure("", .timeout, received: true), found]) == [
                request("backendError"), .retried(.compute, operation: operation), request("timeout"),
                .retried(.compute, operation: operation), request("OK"),
            ])
    }

    @Test func `a token that was refused is a request as well`() async {
        let refused = ScriptedTransport.Step.refusal("", 401, "authError", "no")
        #expect(await events([refused, found], tokens: ["token-1", "token-2"]) == [request("authError"), request("OK")])
    }

    @Test(arguments: [
        (ScriptedTransport.Step.refusal("", 403, "rateLimitExceeded", "Rate Limit Exceeded"), "rateLimitExceeded"),
        (.refusal("", 429, "whatever", "slow"), "whatever"), (.answer("", "<html>too many</html>", status: 429), "http-429"),
        (.refusal("", 403, "quotaExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'"), "quotaExceeded"),
    ])
    func `what was turned away for the rate of calls is a throttle`(step: ScriptedTransport.Step, code: String) async {
        #expect(
            await events([step, found]) == [
                request(code), .throttled(.compute, operation: operation), .retried(.compute, operation: operation), request("OK"),
            ])
    }

    @Test(arguments: [(403, "forbidden"), (403, "quotaExceeded"), (404, "notFound")])
    func `what was refused for another cause is none`(status: Int, code: String) async {
        #expect(await events([.refusal("", status, code, "no")]) == [request(code)])
    }

    private struct Grant: TokenGrant {
        let result: Result<AccessToken, APIError>
        func fetch() async throws(APIError) -> AccessToken { try result.get() }
    }

    @Test func `a token tells until when it serves, and one that can't be had that it can't`() async throws {
        let (log, clock) = (MeterLog(), TestClock())
        let refused = APIError(api: .credentials, operation: "token", resource: "x", code: "x", message: "", disposition: .denied)
        for result in [.success(AccessToken(secret: Secret("a"), lifetime: .seconds(3600))), .failure(refused)]
            as [Result<AccessToken, APIError>]
        {
            _ = try? await CachedTokenSource(grant: Grant(result: result), runtime: clock.runtime, meter: log.meter).token()
        }
        let identity = "the environment's"
        #expect(
            log.events == [
                .renewed(cloud: "gcp", identity: identity, end: clock.now.wall + .seconds(3600)),
                .notRenewed(cloud: "gcp", identity: identity),
            ])
    }
}

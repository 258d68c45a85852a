import Model
import Testing

@testable import GCP

@Suite struct TokenCacheTests {
    private func at(_ seconds: Int) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }
    private func token(_ text: String, _ seconds: Int) -> Result<AccessToken, APIError> {
        .success(AccessToken(secret: Secret(text), lifetime: .seconds(seconds)))
    }
    private let refused = Result<AccessToken, APIError>.failure(
        APIError(api: .credentials, operation: "token", resource: "x", code: "x", message: "", disposition: .retry(after: nil)))

    /// A cache that got a token of an hour at second 0.
    private func filled(_ seconds: Int = 3600) -> TokenCache {
        var cache = TokenCache()
        _ = cache.request(now: at(0))
        cache.finish(token("a", seconds), now: at(1))
        return cache
    }

    @Test func `the first request starts the one refresh that all wait for`() {
        var cache = TokenCache()
        #expect(cache.request(now: at(0)) == (.wait, true))
        #expect(cache.request(now: at(0)) == (.wait, false))
        cache.finish(token("a", 3600), now: at(1))
        #expect(cache.request(now: at(2)) == (.use(Secret("a")), false))
    }

    @Test func `ahead of its end a token is used on while a new one is fetched`() {
        var cache = filled()
        #expect(cache.request(now: at(3374)) == (.use(Secret("a")), false))
        #expect(cache.request(now: at(3375)) == (.use(Secret("a")), true))
        #expect(cache.request(now: at(3376)) == (.use(Secret("a")), false))
        cache.finish(token("b", 3600), now: at(3377))
        #expect(cache.request(now: at(3378)) == (.use(Secret("b")), false))
        // Its life is counted from the request for it.
        #expect(cache.request(now: at(3375 + 3590)) == (.wait, true))
    }

    @Test func `a failed refresh does not stick, and does not cost the valid token`() {
        var cache = filled()
        #expect(cache.request(now: at(3400)).refresh)
        cache.finish(refused, now: at(3401))
        #expect(cache.request(now: at(3405)) == (.use(Secret("a")), false))
        #expect(cache.request(now: at(3411)) == (.use(Secret("a")), true))
        cache.finish(refused, now: at(3412))
        #expect(cache.request(now: at(3590)) == (.wait, true))
        cache.finish(refused, now: at(3591))
        #expect(cache.request(now: at(3591)) == (.wait, true))
    }

    @Test func `a refused token is not given out again, a newer one is kept`() {
        var cache = filled()
        cache.invalidate(Secret("other"))
        #expect(cache.request(now: at(2)) == (.use(Secret("a")), false))
        cache.invalidate(Secret("a"))
        #expect(cache.request(now: at(2)) == (.wait, true))
    }

    @Test func `a short-lived token is refreshed at half its life`() {
        var cache = filled(100)
        #expect(!cache.request(now: at(49)).refresh)
        #expect(cache.request(now: at(50)) == (.use(Secret("a")), true))
        #expect(cache.request(now: at(90)) == (.wait, false))
    }
}

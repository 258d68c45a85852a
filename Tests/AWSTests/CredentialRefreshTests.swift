import Foundation
import Model
import Testing

@testable import AWS

struct `Refreshing credentials` {
    private let start = Moment(instant: Instant(sinceOrigin: .seconds(100)), wall: Timestamp(rfc3339: "2026-03-01T12:00:00Z")!)

    private func at(_ seconds: Int64) -> Moment {
        Moment(instant: start.instant + .seconds(seconds), wall: start.wall + .seconds(seconds))
    }

    private func keys(_ name: String, endsAfter seconds: Int64?) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: name, secretAccessKey: Secret("s"), sessionToken: nil,
            expiration: seconds.map { start.wall + .seconds($0) }, source: "")
    }

    private let failure = APIError(
        api: .credentials, operation: "x", resource: "x", code: "x", message: "", disposition: .retry(after: nil))

    @Test func `one fetches, the others wait, all get the same`() {
        var refresh = CredentialRefresh()
        #expect(refresh.request(now: at(0).instant) == .refresh)
        #expect(refresh.request(now: at(0).instant) == .wait)
        let first = keys("1", endsAfter: 3600)
        #expect(refresh.refreshed(.success(first), at: at(1)) == .success(first))
        #expect(refresh.request(now: at(2).instant) == .use(first))
        #expect(refresh.request(now: at(3299).instant) == .use(first))
    }

    @Test func `ahead of the end one refresh runs beside, and nobody waits`() {
        var refresh = CredentialRefresh()
        let (first, second) = (keys("1", endsAfter: 3600), keys("2", endsAfter: 7200))
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.request(now: at(3300).instant) == .useAndRefresh(first))
        #expect(refresh.request(now: at(3301).instant) == .use(first))
        _ = refresh.refreshed(.success(second), at: at(3302))
        #expect(refresh.request(now: at(3303).instant) == .use(second))
    }

    @Test func `while refreshes fail the old ones serve to their end, and then the error is told`() {
        var refresh = CredentialRefresh()
        let first = keys("1", endsAfter: 3600)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.request(now: at(3300).instant) == .useAndRefresh(first))
        #expect(refresh.refreshed(.failure(failure), at: at(3301)) == .success(first))
        #expect(refresh.request(now: at(3302).instant) == .use(first), "not at once again")
        #expect(refresh.request(now: at(3317).instant) == .useAndRefresh(first))
        _ = refresh.refreshed(.failure(failure), at: at(3318))
        #expect(refresh.request(now: at(3590).instant) == .refresh, "in the last minute callers wait")
        #expect(refresh.refreshed(.failure(failure), at: at(3591)) == .success(first))
        #expect(refresh.request(now: at(3600).instant) == .refresh)
        #expect(refresh.refreshed(.failure(failure), at: at(3601)) == .failure(failure))
    }

    @Test func `in the last minute one waits, and who comes meanwhile gets the old ones`() {
        var refresh = CredentialRefresh()
        let first = keys("1", endsAfter: 3600)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.request(now: at(3545).instant) == .refresh)
        #expect(refresh.request(now: at(3546).instant) == .use(first))
        #expect(refresh.request(now: at(3599).instant) == .use(first))
        #expect(refresh.request(now: at(3600).instant) == .wait, "they have ended")
    }

    @Test func `a refresh that began ahead holds nobody up in the last minute`() {
        var refresh = CredentialRefresh()
        let first = keys("1", endsAfter: 3600)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.request(now: at(3530).instant) == .useAndRefresh(first))
        #expect(refresh.request(now: at(3545).instant) == .use(first))
    }

    /// As a source gives them that keeps its own keys to their end.
    @Test func `keys that have little time left are not fetched at each call`() {
        var refresh = CredentialRefresh()
        let short = keys("1", endsAfter: 200)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(short), at: at(0))
        #expect(refresh.request(now: at(14).instant) == .use(short))
        #expect(refresh.request(now: at(15).instant) == .useAndRefresh(short))
        _ = refresh.refreshed(.success(short), at: at(16))
        #expect(refresh.request(now: at(17).instant) == .use(short))
        #expect(refresh.request(now: at(31).instant) == .useAndRefresh(short))
    }

    @Test func `no pause gives keys beyond their end`() {
        var refresh = CredentialRefresh()
        let short = keys("1", endsAfter: 5)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(short), at: at(0))
        #expect(refresh.request(now: at(4).instant) == .use(short))
        #expect(refresh.request(now: at(5).instant) == .refresh)
    }

    @Test func `a failure is told while old ones serve, until a refresh succeeds or they end`() {
        var refresh = CredentialRefresh()
        let first = keys("1", endsAfter: 3600)
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.failure(failure), at: at(0))
        #expect(refresh.failure(now: at(0).instant) == nil, "who waited was told")
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.failure(now: at(1).instant) == nil)
        _ = refresh.request(now: at(3300).instant)
        _ = refresh.refreshed(.failure(failure), at: at(3301))
        #expect(refresh.failure(now: at(3302).instant) == failure)
        #expect(refresh.failure(now: at(3600).instant) == nil)
        _ = refresh.request(now: at(3320).instant)
        _ = refresh.refreshed(.success(first), at: at(3321))
        #expect(refresh.failure(now: at(3322).instant) == nil)
    }

    @Test func `a failure does not stick`() {
        var refresh = CredentialRefresh()
        #expect(refresh.request(now: at(0).instant) == .refresh)
        #expect(refresh.refreshed(.failure(failure), at: at(0)) == .failure(failure))
        #expect(refresh.request(now: at(0).instant) == .refresh)
        let first = keys("1", endsAfter: nil)
        _ = refresh.refreshed(.success(first), at: at(1))
        #expect(refresh.request(now: at(300).instant) == .use(first))
    }

    @Test func `keys without an end are looked up again beside, and kept when that fails`() {
        var refresh = CredentialRefresh()
        let (first, second) = (keys("1", endsAfter: nil), keys("2", endsAfter: nil))
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        #expect(refresh.request(now: at(299).instant) == .use(first))
        #expect(refresh.request(now: at(300).instant) == .useAndRefresh(first))
        #expect(refresh.request(now: at(300).instant) == .use(first))
        #expect(refresh.refreshed(.failure(failure), at: at(301)) == .success(first))
        #expect(refresh.request(now: at(302).instant) == .use(first))
        #expect(refresh.request(now: at(1_000_000).instant) == .useAndRefresh(first))
        _ = refresh.refreshed(.success(second), at: at(1_000_001))
        #expect(refresh.request(now: at(1_000_002).instant) == .use(second))
    }

    @Test func `what is discarded is given no more; what came since stays`() {
        var refresh = CredentialRefresh()
        let (first, second) = (keys("1", endsAfter: 3600), keys("2", endsAfter: 3600))
        _ = refresh.request(now: at(0).instant)
        _ = refresh.refreshed(.success(first), at: at(0))
        refresh.discard(second)
        #expect(refresh.request(now: at(1).instant) == .use(first))
        refresh.discard(first)
        #expect(refresh.request(now: at(1).instant) == .refresh)
    }

    /// A source that answers when it is told to.
    private actor Slow: AWSCredentialsProvider {
        private(set) var fetches = 0
        private var gate: CheckedContinuation<Void, Never>?
        private var isOpen = false

        func credentials() async throws(APIError) -> AWSCredentials {
            fetches += 1
            if !isOpen { await withCheckedContinuation { gate = $0 } }
            return AWSCredentials(accessKeyID: "1", secretAccessKey: Secret("s"), sessionToken: nil, expiration: nil, source: "")
        }

        func open() {
            isOpen = true
            gate?.resume()
            gate = nil
        }
    }

    @Test func `who waits and is cancelled leaves at once, and the fetch goes on for the others`() async throws {
        let slow = Slow()
        let cached = CachedCredentials(slow, runtime: ManualClock().runtime)
        let impatient = Task { try await apiError { _ = try await cached.credentials() } }
        impatient.cancel()
        #expect(try await impatient.value.code == "cancelled")
        async let patient = cached.credentials().accessKeyID
        await slow.open()
        #expect(try await patient == "1")
        #expect(await slow.fetches == 1)
    }

    @Test func `many who ask at once cause one fetch`() async throws {
        let slow = Slow()
        let cached = CachedCredentials(slow, runtime: ManualClock().runtime)
        let got = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await cached.credentials().accessKeyID } }
            await slow.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(got == Array(repeating: "1", count: 50))
        #expect(await slow.fetches == 1)
    }
}

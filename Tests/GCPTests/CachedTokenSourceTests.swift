import Foundation
import Model
import Testing

@testable import GCP

@Suite struct CachedTokenSourceTests {
    /// Gives an answer when it is told to.
    private actor Gate: TokenGrant {
        private(set) var fetches = 0
        private var waiting: [CheckedContinuation<Result<AccessToken, APIError>, Never>] = []
        private var arrivals: [CheckedContinuation<Void, Never>] = []

        nonisolated func fetch() async throws(APIError) -> AccessToken { try await enter().get() }

        private func enter() async -> Result<AccessToken, APIError> {
            fetches += 1
            return await withCheckedContinuation { continuation in
                waiting.append(continuation)
                for arrival in arrivals { arrival.resume() }
                arrivals = []
            }
        }

        /// Waits until a fetch is under way, then answers it.
        func answer(_ result: Result<AccessToken, APIError>) async {
            if waiting.isEmpty { await withCheckedContinuation { arrivals.append($0) } }
            waiting.removeFirst().resume(returning: result)
        }
    }

    private let token = AccessToken(secret: Secret("a"), lifetime: .seconds(3600))
    private let refused = APIError(
        api: .credentials, operation: "token", resource: "x", code: "x", message: "", disposition: .retry(after: nil))

    @Test func `all who wait share one fetch`() async throws {
        let gate = Gate()
        let source = CachedTokenSource(grant: gate, runtime: TestClock().runtime)
        try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<50 { group.addTask { try await source.token() } }
            group.addTask {
                await gate.answer(.success(token))
                return Secret("a")
            }
            for try await secret in group { #expect(secret == Secret("a")) }
        }
        #expect(await gate.fetches == 1)
        #expect(try await source.token() == Secret("a"))
    }

    @Test func `a failure reaches those who wait, and the next request tries again`() async throws {
        let gate = Gate()
        let source = CachedTokenSource(grant: gate, runtime: TestClock().runtime)
        async let first = failure { () throws(APIError) in try await source.token() }
        await gate.answer(.failure(refused))
        #expect(await first == refused)
        async let second = source.token()
        await gate.answer(.success(token))
        #expect(try await second == Secret("a"))
        #expect(await gate.fetches == 2)
    }

    @Test func `a waiter that is cancelled leaves at once, and the fetch goes on for the others`() async throws {
        let gate = Gate()
        let source = CachedTokenSource(grant: gate, runtime: TestClock().runtime)
        let impatient = Task { await failure { () throws(APIError) in try await source.token() } }
        impatient.cancel()
        #expect(await impatient.value?.code == "cancelled")
        async let patient = source.token()
        await gate.answer(.success(token))
        #expect(try await patient == Secret("a"))
        #expect(await gate.fetches == 1)
    }

    @Test func `a token that was refused is fetched anew`() async throws {
        let gate = Gate()
        let source = CachedTokenSource(grant: gate, runtime: TestClock().runtime)
        async let first = source.token()
        await gate.answer(.success(token))
        source.invalidate(try await first)
        async let second = source.token()
        await gate.answer(.success(AccessToken(secret: Secret("b"), lifetime: .seconds(3600))))
        #expect(try await second == Secret("b"))
    }
}

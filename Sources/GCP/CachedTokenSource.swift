import Locking
package import Model

/// A token source over one grant: performs what `TokenCache` decides.
package final class CachedTokenSource: GCPTokenSource {
    private struct State {
        var cache = TokenCache()
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Result<Secret, APIError>, Never>] = [:]
    }

    package let quotaProject: String?
    private let grant: any TokenGrant
    private let runtime: Runtime
    private let meter: CallMeter
    private let state = Locked(State())

    init(grant: any TokenGrant, quotaProject: String? = nil, runtime: Runtime, meter: CallMeter = .none) {
        self.grant = grant
        self.quotaProject = quotaProject
        self.runtime = runtime
        self.meter = meter
    }

    /// For the meter: there is one of a process.
    private static let identity = "the environment's"

    package func token() async throws(APIError) -> Secret {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in enter(waiter, continuation) }
        } onCancel: {
            leave(waiter)
        }
        return try result.get()
    }

    package func invalidate(_ token: Secret) {
        state.withLock { $0.cache.invalidate(token) }
    }

    private func enter(_ waiter: Int, _ continuation: CheckedContinuation<Result<Secret, APIError>, Never>) {
        let now = runtime.now().instant
        let (answer, refresh) = state.withLock { state in
            let step = state.cache.request(now: now)
            if step.answer == .wait { state.waiters[waiter] = continuation }
            return step
        }
        if case .use(let secret) = answer { continuation.resume(returning: .success(secret)) }
        // A task of its own: the caller that happens to be first may be cancelled, and the others still wait.
        if refresh { Task { await self.refresh() } }
        // Cancelled before it was entered: `leave` has found nothing then.
        if Task.isCancelled { leave(waiter) }
    }

    private func leave(_ waiter: Int) {
        let continuation = state.withLock { $0.waiters.removeValue(forKey: waiter) }
        continuation?.resume(
            returning: .failure(
                APIError(
                    api: .credentials, operation: "token", resource: "Google Cloud", code: "cancelled",
                    message: "the wait for a token was cancelled", disposition: .retry(after: nil))))
    }

    private func refresh() async {
        let result: Result<AccessToken, APIError>
        let asked = runtime.now().wall
        do throws(APIError) {
            let token = try await grant.fetch()
            result = .success(token)
            meter.note(.renewed(cloud: "gcp", identity: Self.identity, end: asked + token.lifetime))
        } catch {
            result = .failure(error)
            meter.note(.notRenewed(cloud: "gcp", identity: Self.identity))
        }
        let now = runtime.now().instant
        let waiters = state.withLock { state in
            state.cache.finish(result, now: now)
            let waiters = state.waiters.values
            state.waiters = [:]
            return Array(waiters)
        }
        for waiter in waiters { waiter.resume(returning: result.map(\.secret)) }
    }
}

import Locking
package import Model

/// Credentials of a slow provider, fetched once for all who ask, ahead of their end. The decisions are `CredentialRefresh`'s.
package final class CachedCredentials: AWSCredentialsProvider {
    private struct State: Sendable {
        var refresh = CredentialRefresh()
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Result<AWSCredentials, APIError>, Never>] = [:]
    }

    private let source: any AWSCredentialsProvider
    private let runtime: Runtime
    private let name: String
    private let meter: CallMeter
    private let state = Locked(State())

    /// - Parameter name: whose they are, for the meter.
    package init(_ source: any AWSCredentialsProvider, runtime: Runtime, name: String = "", meter: CallMeter = .none) {
        self.source = source
        self.runtime = runtime
        self.name = name
        self.meter = meter
    }

    /// A caller that is cancelled leaves at once: a reading that has its own limit does not wait for a source that takes longer.
    package func credentials() async throws(APIError) -> AWSCredentials {
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

    private func enter(_ waiter: Int, _ continuation: CheckedContinuation<Result<AWSCredentials, APIError>, Never>) {
        let now = runtime.now().instant
        let action = state.withLock { state in
            let action = state.refresh.request(now: now)
            switch action {
            case .refresh, .wait: state.waiters[waiter] = continuation
            case .use, .useAndRefresh: break
            }
            return action
        }
        switch action {
        case .use(let credentials): continuation.resume(returning: .success(credentials))
        case .useAndRefresh(let credentials):
            continuation.resume(returning: .success(credentials))
            start()
        case .refresh: start()
        case .wait: break
        }
        // Cancelled before it was entered: `leave` has found nothing then.
        if Task.isCancelled { leave(waiter) }
    }

    private func leave(_ waiter: Int) {
        let continuation = state.withLock { $0.waiters.removeValue(forKey: waiter) }
        continuation?.resume(
            returning: .failure(
                APIError(
                    api: .credentials, operation: "AWS credentials", resource: "this process", code: "cancelled",
                    message: "the wait for credentials was cancelled", disposition: .retry(after: nil))))
    }

    /// The fetch runs in a task of its own: the first caller's cancellation must not fail the others. Its length is bounded by
    /// the sources' time limits.
    private func start() {
        Task {
            let result: Result<AWSCredentials, APIError>
            do throws(APIError) {
                let credentials = try await source.credentials()
                result = .success(credentials)
                meter.note(.renewed(cloud: "aws", identity: name, end: credentials.expiration))
            } catch {
                result = .failure(error)
                meter.note(.notRenewed(cloud: "aws", identity: name))
            }
            let moment = runtime.now()
            let (told, waiters) = state.withLock { state in
                defer { state.waiters = [:] }
                return (state.refresh.refreshed(result, at: moment), Array(state.waiters.values))
            }
            for waiter in waiters { waiter.resume(returning: told) }
        }
    }

    /// Why the last refresh failed, while older credentials still serve: worth a warning.
    package var failure: APIError? {
        let now = runtime.now().instant
        return state.withLock { $0.refresh.failure(now: now) }
    }

    package func discard(_ credentials: AWSCredentials) {
        state.withLock { $0.refresh.discard(credentials) }
        source.discard(credentials)
    }
}

import Locking
package import Model

/// Credentials of a slow provider, fetched once for all who ask, ahead of their end. The decisions are `CredentialRefresh`'s.
package final class CachedCredentials: AWSCredentialsProvider {
    private struct State: Sendable {
        var refresh = CredentialRefresh()
        var task: Task<Result<AWSCredentials, APIError>, Never>?
    }

    private let source: any AWSCredentialsProvider
    private let runtime: Runtime
    private let state = Locked(State())

    package init(_ source: any AWSCredentialsProvider, runtime: Runtime) {
        self.source = source
        self.runtime = runtime
    }

    package func credentials() async throws(APIError) -> AWSCredentials {
        let now = runtime.now().instant
        let (action, task) = state.withLock { state in
            let action = state.refresh.request(now: now)
            switch action {
            case .refresh, .useAndRefresh: state.task = start()
            case .use, .wait: break
            }
            return (action, state.task)
        }
        switch action {
        case .use(let credentials), .useAndRefresh(let credentials): return credentials
        case .refresh, .wait:
            guard let task else { preconditionFailure("a refresh under way has a task") }
            return try await task.value.get()
        }
    }

    /// The fetch runs in a task of its own: the first caller's cancellation must not fail the others. Its length is bounded by
    /// the sources' time limits.
    private func start() -> Task<Result<AWSCredentials, APIError>, Never> {
        Task { [source, runtime, state] in
            let result: Result<AWSCredentials, APIError>
            do throws(APIError) {
                result = .success(try await source.credentials())
            } catch {
                result = .failure(error)
            }
            let moment = runtime.now()
            return state.withLock { state in
                state.task = nil
                return state.refresh.refreshed(result, at: moment)
            }
        }
    }

    package func discard(_ credentials: AWSCredentials) {
        state.withLock { $0.refresh.discard(credentials) }
        source.discard(credentials)
    }
}

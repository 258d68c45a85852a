import Locking
import Model

/// Asks questions, each within a limit and all within one deadline: whatever hangs, an answer comes.
struct Questions: Sendable {
    /// For one question, its retries included.
    static let limit = Duration.seconds(12)
    /// For all of an examination.
    static let total = Duration.seconds(25)

    private let runtime: Runtime
    private let deadline: Instant

    init(runtime: Runtime) {
        self.runtime = runtime
        deadline = runtime.now().instant + Self.total
    }

    /// What a question came to; a failure `timeout` when its time was over first. What is still under way then is cancelled, and not
    /// waited for: not everything that waits can be cancelled.
    func ask<Value: Sendable>(
        _ api: APIError.API, _ operation: String, on resource: String, _ question: @escaping @Sendable () async throws(APIError) -> Value
    ) async -> Result<Value, APIError> {
        let left = min(Self.limit, deadline - runtime.now().instant)
        let late = APIError(
            api: api, operation: operation, resource: resource, code: "timeout",
            message: "no answer within \((left > .zero ? left : .zero).brief)", disposition: .retry(after: nil))
        guard left > .zero else { return .failure(late) }
        let runtime = runtime
        return await withCheckedContinuation { continuation in
            let waiter = Locked<CheckedContinuation<Result<Value, APIError>, Never>?>(continuation)
            @Sendable func answer(_ result: Result<Value, APIError>) {
                let first = waiter.withLock { waiter in
                    defer { waiter = nil }
                    return waiter
                }
                first?.resume(returning: result)
            }
            let work = Task {
                do throws(APIError) { answer(.success(try await question())) } catch { answer(.failure(error)) }
            }
            Task {
                do { try await runtime.sleep(left) } catch { return }
                answer(.failure(late))
                work.cancel()
            }
        }
    }
}

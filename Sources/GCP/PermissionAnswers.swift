import Locking
import Model

/// What is known of the caller's permissions, by scope: one question for all who wait, and none while its answer holds.
final class PermissionAnswers: Sendable {
    /// The permissions that are missing, or why that is not known.
    typealias Answer = Result<[String], APIError>

    private struct Entry {
        var answer: Answer?
        var until: Instant
        var isAsking = false
        var waiters: [Int: CheckedContinuation<Answer, Never>] = [:]
    }

    private struct State {
        var entries: [[String]: Entry] = [:]
        var nextWaiter = 0
    }

    /// How long an answer holds. A role that was granted a moment ago takes minutes to get everywhere as it is.
    /// Source: Google Cloud IAM documentation, "Access change propagation".
    static let known = Duration.seconds(600)
    /// Between questions that came to nothing: each one costs the swaps that wait for it time.
    static let unknown = Duration.seconds(60)
    /// Scopes that are remembered.
    static let limit = 1000

    private let runtime: Runtime
    private let state = Locked(State())

    init(runtime: Runtime) { self.runtime = runtime }

    /// - Parameter ask: called by one of those who wait, and in a task of its own: that one may be cancelled.
    func answer(for scope: [String], ask: @escaping @Sendable () async -> Answer) async -> Answer {
        let now = runtime.now().instant
        let (held, waiter) = state.withLock { state -> (Answer?, Int) in
            state.nextWaiter += 1
            guard let entry = state.entries[scope], now < entry.until else { return (nil, state.nextWaiter) }
            return (entry.answer, state.nextWaiter)
        }
        if let held { return held }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in enter(scope, waiter, continuation, ask) }
        } onCancel: {
            leave(scope, waiter)
        }
    }

    private func enter(
        _ scope: [String], _ waiter: Int, _ continuation: CheckedContinuation<Answer, Never>, _ ask: @escaping @Sendable () async -> Answer
    ) {
        let now = runtime.now().instant
        let (held, asks) = state.withLock { state -> (Answer?, Bool) in
            var entry = state.entries[scope] ?? Entry(until: now)
            // Answered between the first look and this one.
            if now < entry.until, let answer = entry.answer { return (answer, false) }
            let asks = !entry.isAsking
            entry.answer = nil
            entry.isAsking = true
            entry.waiters[waiter] = continuation
            state.entries[scope] = entry
            return (nil, asks)
        }
        if let held { continuation.resume(returning: held) }
        if asks { Task { self.finish(scope, await ask()) } }
        // Cancelled before it was entered: `leave` has found nothing then.
        if Task.isCancelled { leave(scope, waiter) }
    }

    private func leave(_ scope: [String], _ waiter: Int) {
        let continuation = state.withLock { $0.entries[scope]?.waiters.removeValue(forKey: waiter) }
        continuation?.resume(
            returning: .failure(
                APIError(
                    api: .compute, operation: "testIamPermissions", resource: scope.joined(separator: "/"), code: "cancelled",
                    message: "the wait for the answer was cancelled", disposition: .retry(after: nil))))
    }

    private func finish(_ scope: [String], _ answer: Answer) {
        let now = runtime.now().instant
        let isKnown = if case .success = answer { true } else { false }
        let waiters = state.withLock { state in
            let waiters = state.entries[scope]?.waiters.values
            if state.entries.count > Self.limit { state.entries = state.entries.filter { $0.value.isAsking } }
            state.entries[scope] = Entry(answer: answer, until: now + (isKnown ? Self.known : Self.unknown))
            return waiters.map(Array.init) ?? []
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }
}

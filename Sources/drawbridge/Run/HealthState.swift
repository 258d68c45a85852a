import Locking

/// What the probes tell.
final class HealthState: Sendable {
    private struct State {
        var passes: Set<String> = []
        var policies: Set<String> = []
        var follows = false
        var isStopping = false
    }

    private let state = Locked(State())

    func expect(_ policies: Set<String>) { state.withLock { $0.policies = policies } }
    func passed(_ policy: String) { state.withLock { _ = $0.passes.insert(policy) } }
    /// A replica that stands by, and knows who leads, is ready too.
    func follows(_ follows: Bool) { state.withLock { $0.follows = follows } }
    func stop() { state.withLock { $0.isStopping = true } }

    /// `nil` when ready; otherwise why not.
    var obstacle: String? {
        state.withLock { state in
            if state.isStopping { return "stopping" }
            if state.follows { return nil }
            let waiting = state.policies.subtracting(state.passes).sorted()
            return waiting.isEmpty ? nil : "no pass yet of \(waiting.joined(separator: ", "))"
        }
    }
}

import Locking

/// What the probes tell.
final class HealthState: Sendable {
    /// One thing that must be well, and what is wrong with it.
    struct Check: Hashable, Sendable {
        var name: String
        var obstacle: String?
    }

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

    /// That the process answers at all.
    var liveness: [Check] { [Check(name: "ping")] }

    /// That it is at work on every policy, or stands by for who is.
    var readiness: [Check] {
        state.withLock { state in
            [Check(name: "ping"), Check(name: "shutdown", obstacle: state.isStopping ? "stopping" : nil)]
                + state.policies.sorted().map { policy in
                    let isReady = state.follows || state.passes.contains(policy)
                    return Check(name: "policy-\(policy)", obstacle: isReady ? nil : "no pass yet of \(policy)")
                }
        }
    }
}

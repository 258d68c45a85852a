import Locking
import Model
import Planning
import Reconciliation
import Reporting

/// What the controller knows of itself: fed by the loops' reports, read by all that is served. Nobody waits for anybody: reading takes a
/// copy, and who follows changes is only told that there are some.
final class Board: Sendable {
    private struct State {
        var policies: [PolicySnapshot] = []
        var alerts: [AlertSnapshot] = []
        var changes: [HistoryEntry] = []
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 1
        /// Grows with each change.
        var revision = 0

        mutating func update(_ policy: String, _ body: (inout PolicySnapshot) -> Void) {
            guard let index = policies.firstIndex(where: { $0.policy.name == policy }) else { return }
            body(&policies[index])
        }
    }

    /// Entries of the history that are shown.
    static let changesShown = 50

    private let replica: String
    private let startedAt: Timestamp
    private let now: @Sendable () -> Timestamp
    private let role: @Sendable () -> ControllerSnapshot.Role
    private let state = Locked(State())

    init(
        replica: String, now: @escaping @Sendable () -> Timestamp, role: @escaping @Sendable () -> ControllerSnapshot.Role
    ) {
        self.replica = replica
        self.now = now
        self.role = role
        startedAt = now()
    }

    /// The policies from now on. What is known of one that stays as it was is kept.
    func expect(_ policies: [Whitelist]) {
        change { state in
            state.policies = policies.map { policy in
                var known = state.policies.first { $0.policy.name == policy.name } ?? PolicySnapshot(policy: policy)
                known.policy = policy
                return known
            }
        }
    }

    func take(_ report: PolicyLoop.Report, of policy: String) {
        switch report {
        case .notice: break
        case .active(let activity):
            change { $0.update(policy) { $0.activity = activity } }
        case .planned(let pass):
            change {
                $0.update(policy) { $0.passed(pass.pass, pass.plan, troubles: pass.troubles, at: pass.at.wall) }
            }
        }
    }

    func show(alerts: [AlertSnapshot]) { change { $0.alerts = alerts } }

    /// - Parameter changes: the newest first.
    func show(changes: [HistoryEntry]) { change { $0.changes = Array(changes.prefix(Self.changesShown)) } }

    /// Another text after each change, and in another process.
    var revision: String { "\(startedAt.millisecondsSinceEpoch)-\(state.withLock { $0.revision })-\(role().word)" }

    func plan(of policy: String) -> Plan? { state.withLock { $0.policies.first { $0.policy.name == policy }?.plan } }

    var snapshot: ControllerSnapshot {
        let (policies, alerts, changes) = state.withLock { ($0.policies, $0.alerts, $0.changes) }
        return ControllerSnapshot(
            version: DrawbridgeVersion.current, replica: replica, role: role(), startedAt: startedAt, at: now(), policies: policies,
            alerts: alerts, changes: changes)
    }

    /// An element after each change, however many came while the last one was being seen to. Ends when its reader does.
    var follow: AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                defer { state.nextFollower += 1 }
                state.followers[state.nextFollower] = continuation
                return state.nextFollower
            }
            continuation.onTermination = { [state] _ in state.withLock { $0.followers[id] = nil } }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let followers = state.withLock { state in
            body(&state)
            state.revision += 1
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield() }
    }
}

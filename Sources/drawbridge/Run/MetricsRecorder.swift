import Locking
import Model
import Planning
import Reconciliation
import Reporting

/// Counts what a process does: its passes, its swaps, its calls. Fed from anywhere; nobody waits.
final class MetricsRecorder: Sendable {
    private let now: @Sendable () -> Timestamp
    private let state = Locked(MetricCounters())

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// For the clients of the clouds.
    var meter: CallMeter { CallMeter { event in self.state.withLock { $0.note(event) } } }
    var counters: MetricCounters { state.withLock { $0 } }

    /// The policies from now on.
    func expect(_ policies: [Whitelist]) { state.withLock { $0.expect(policies.map(\.name)) } }
    func policyFile(isRefused: Bool) { state.withLock { $0.isPolicyRefused = isRefused } }

    func take(_ report: PolicyLoop.Report, of policy: String) {
        switch report {
        case .active(let activity): state.withLock { $0.active(policy, activity) }
        case .planned(let pass):
            let isSuccess = pass.plan.unknowns.isEmpty && pass.troubles.isEmpty
            state.withLock { $0.passed(policy, isSuccess: isSuccess, took: pass.took) }
        case .notice(let notice):
            guard let outcome = MetricCounters.SwapOutcome(notice.kind), let node = notice.node else { return }
            let at = now()
            state.withLock { $0.swapEnded(policy, node: node.name, outcome, at: at) }
        }
    }
}

extension MetricCounters.SwapOutcome {
    /// `nil`: it is no end of a swap.
    fileprivate init?(_ kind: Notice.Kind) {
        switch kind {
        case .addressBound: self = .bound
        case .swapFailed: self = .failed
        case .swapUnsettled: self = .unsettled
        case .swapStarted, .nodeWithoutAddress, .taintRemoved, .rulesAuthorized, .rulesRevoked, .syncFailed: return nil
        }
    }
}

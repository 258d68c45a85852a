package import Model

/// How the process itself fares: since when each policy's passes fail, or none is made; what its credentials and quotas are about to do.
/// A value.
package struct Vitals: Sendable {
    private struct Pulse: Sendable {
        /// The last pass, or since when one is due.
        var passedAt: Instant
        /// What was wrong with it.
        var trouble: String?
    }

    /// The source of its findings: no policy's name has parentheses.
    package static let source = "(process)"
    /// Throttles older than this count no more.
    package static let throttlePeriod = Duration.seconds(600)
    /// Fewer than this in that time are met by a later call, and no one's concern.
    static let fewThrottles = 3

    private let patience: Duration
    private var pulses: [String: Pulse] = [:]
    private var throttles: [Instant] = []
    /// Why the policy file, as it is now, is refused.
    package var policyErrors: String?
    /// What can't be renewed while older ones still serve: whose credentials, and why.
    package var renewalTroubles: [String: String] = [:]

    /// - Parameter interval: between two passes, at most.
    package init(interval: Duration) { patience = ProcessConditions.patience(interval: interval) }

    /// The policies whose passes are waited for from now on; with `anew` all of them, as after this process began to lead.
    package mutating func expect(_ policies: some Sequence<String>, anew: Bool = false, now: Instant) {
        let before = anew ? [:] : pulses
        pulses = Dictionary(policies.map { ($0, before[$0] ?? Pulse(passedAt: now)) }) { first, _ in first }
    }

    /// - Parameter troubles: what could not be read and what failed; none for a good pass.
    package mutating func passed(_ policy: String, troubles: [String], now: Instant) {
        guard pulses[policy] != nil else { return }
        let more = troubles.count > 1 ? " (and \(troubles.count - 1) more)" : ""
        pulses[policy] = Pulse(passedAt: now, trouble: troubles.first.map { $0 + more })
    }

    /// Compute Engine has turned so many calls away since the last time this was said.
    package mutating func throttled(_ count: Int, now: Instant) {
        throttles += Array(repeating: now, count: min(count, 1000))
        throttles.removeAll { now - $0 > Self.throttlePeriod }
        throttles.removeFirst(max(0, throttles.count - 10_000))
    }

    package func findings(now: Instant) -> Findings {
        var conditions: [Condition] = []
        for (policy, pulse) in pulses.sorted(by: { $0.key < $1.key }) {
            if now - pulse.passedAt >= patience { conditions.append(ProcessConditions.syncStale(policy: policy, patience: patience)) }
            if let trouble = pulse.trouble {
                conditions.append(ProcessConditions.syncFailing(policy: policy, trouble: trouble, after: patience))
            }
        }
        if let policyErrors { conditions.append(ProcessConditions.policyRefused(errors: policyErrors)) }
        for (whose, trouble) in renewalTroubles.sorted(by: { $0.key < $1.key }) {
            conditions.append(ProcessConditions.credentialsExpiring(whose, trouble: trouble))
        }
        let recent = throttles.count { now - $0 <= Self.throttlePeriod }
        if recent >= Self.fewThrottles {
            conditions.append(ProcessConditions.computeQuotaNear(throttles: recent, within: Self.throttlePeriod))
        }
        return Findings(conditions)
    }
}

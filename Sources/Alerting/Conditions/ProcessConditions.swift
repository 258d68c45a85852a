import Model
import Planning

/// The lasting conditions of the process itself. Pure.
package enum ProcessConditions {
    /// No pass has succeeded for this long before it is told: three intervals, and five minutes at least.
    package static func patience(interval: Duration) -> Duration { max(interval * 3, .seconds(300)) }

    /// Passes are made, and none knows all and meets no trouble.
    package static func syncFailing(policy: String, trouble: String, after patience: Duration) -> Condition {
        Condition(
            AlertIdentity(.syncFailing, policy: policy, subject: "passes"), .critical,
            "no pass has succeeded for \(patience.brief) and more: \(trouble.shown(limit: 1000))",
            action: "drawbridge doctor --policy FILE says what is wrong; the log has each error", after: patience)
    }

    /// No pass is made at all.
    package static func syncStale(policy: String, patience: Duration) -> Condition {
        Condition(
            AlertIdentity(.syncStale, policy: policy, subject: "passes"), .critical,
            "no pass has been made for \(patience.brief) and more, though this replica leads",
            action: "look at the pod's log and its CPU; restart it: kubectl rollout restart deployment/drawbridge", after: .zero)
    }

    package static func policyRefused(errors: String) -> Condition {
        Condition(
            AlertIdentity(.policyRefused, policy: "", subject: "policy file"), .warning,
            "the changed policy file is refused, the old policies stay: \(errors.shown(limit: 2000))",
            action: "drawbridge plan --policy FILE names every error with its line; mend the ConfigMap", after: .zero)
    }

    /// The ones that serve end, and no newer ones can be had.
    package static func credentialsExpiring(_ whose: String, trouble: String) -> Condition {
        Condition(
            AlertIdentity(.credentialsExpiring, policy: "", subject: whose), .warning,
            "the credentials for \(whose) still serve and can't be renewed: \(trouble.shown(limit: 1000))",
            action: "drawbridge doctor --policy FILE examines where they come from", after: .seconds(60))
    }

    package static func computeQuotaNear(throttles: Int, within period: Duration) -> Condition {
        Condition(
            AlertIdentity(.computeQuotaNear, policy: "", subject: "compute"), .warning,
            "Compute Engine has turned \(throttles.counting("call")) away within \(period.brief), for more calls than the project may make",
            action:
                "find what else calls it, or have the quota raised: Google Cloud console, IAM & Admin, Quotas, Compute Engine API, \"Queries per minute\"",
            after: .zero)
    }

    package static func sinkFailing(_ sink: String, trouble: String) -> Condition {
        Condition(
            AlertIdentity(.alertSinkFailing, policy: "", subject: sink), .warning, "\(sink) takes no alerts: \(trouble.shown(limit: 500))",
            action: "look at the URL, the key file and the network; alerts wait in order, the oldest are dropped beyond 1,000",
            after: .seconds(120))
    }
}

import Alerting
import Reporting

extension AlertSnapshot {
    init(_ alert: Alert) {
        let (identity, condition) = (alert.identity, alert.condition)
        self.init(
            kind: identity.kind.rawValue, severity: Severity(rawValue: condition.severity.rawValue) ?? .warning,
            policy: identity.policy.isEmpty ? nil : identity.policy, subject: identity.subject, state: alert.state.rawValue,
            since: alert.since, summary: condition.summary, action: condition.action)
    }
}

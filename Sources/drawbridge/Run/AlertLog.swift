import Alerting
import Kubernetes
import Logging
import Model

/// Writes what becomes of alerts to the log, and as Kubernetes Events.
struct AlertLog: Sendable {
    let logger: Logger
    let recorder: EventRecorder?
    /// Whose Events tell what concerns no node; `nil` writes none of these.
    let subject: NodeEvent.Regarding?

    func take(_ transition: AlertTransition) {
        let condition = transition.alert.condition
        let (identity, isOver) = (condition.identity, transition.change == .resolved)
        // A replica that does not lead tells this one too: it is in the log of all, by who watches the file.
        if identity.kind != .policyRefused {
            var fields: Logger.Metadata = ["reason": "\(identity.kind.rawValue)"]
            if !identity.policy.isEmpty { fields["policy"] = "\(identity.policy)" }
            if let node = condition.node { fields["node"] = "\(node.name)" }
            logger.log(level: isOver ? .info : level(condition.severity), "\(text(transition))", metadata: fields)
        }
        guard let regarding = condition.node.map({ .node(name: $0.name, uid: $0.uid) }) ?? subject else { return }
        let message = condition.node == nil && !identity.policy.isEmpty ? "\(identity.policy): \(text(transition))" : text(transition)
        recorder?.record(
            NodeEvent(
                regarding: regarding, severity: isOver || condition.severity == .info ? .normal : .warning, reason: identity.kind.rawValue,
                message: message))
    }

    private func text(_ transition: AlertTransition) -> String {
        let condition = transition.alert.condition
        return transition.change == .resolved ? "over: \(condition.summary)" : "\(condition.summary). To do: \(condition.action)"
    }

    private func level(_ severity: AlertSeverity) -> Logger.Level {
        switch severity {
        case .info: .info
        case .warning: .warning
        case .critical: .error
        }
    }
}

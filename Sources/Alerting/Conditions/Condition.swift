package import Model

/// Trouble that holds now, as a pass or the process has found it. `AlertBook` makes alerts of what lasts.
package struct Condition: Hashable, Sendable, Codable {
    package var identity: AlertIdentity
    package var severity: AlertSeverity
    /// What holds, in one or two sentences, with what it is about.
    package var summary: String
    /// What to do: a command, or a place in a console.
    package var action: String
    /// For machines: `address`, `ip`, `region`, `node`, `securityGroup`, `rule` and so on. Values are foreign text.
    package var labels: [String: String]
    /// The node it concerns, if any.
    package var node: NodeIdentity?
    /// How long it may last unnoticed.
    package var tolerance: Duration

    package init(
        _ identity: AlertIdentity, _ severity: AlertSeverity, _ summary: String, action: String, labels: [String: String] = [:],
        node: NodeIdentity? = nil, after tolerance: Duration
    ) {
        self.identity = identity
        self.severity = severity
        self.summary = summary
        self.action = action
        self.labels = labels
        self.node = node
        self.tolerance = tolerance
    }
}

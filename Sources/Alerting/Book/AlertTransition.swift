package import Model

/// Something to tell about an alert.
package struct AlertTransition: Hashable, Sendable, Codable {
    package enum Change: String, Hashable, Sendable, Codable {
        case fired
        /// It still fires; told again at the policy's interval.
        case repeated
        case resolved
    }

    /// Counts up by one, across restarts.
    package var number: Int
    package var change: Change
    package var at: Timestamp
    package var alert: Alert

    package init(number: Int, change: Change, at: Timestamp, alert: Alert) {
        self.number = number
        self.change = change
        self.at = at
        self.alert = alert
    }
}

package import Model

/// A condition and its life so far.
package struct Alert: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable {
        /// It holds, for less than its tolerance: nobody has been told.
        case pending
        case firing
        /// It fires, and the condition has not been seen for a while; told as resolved if that goes on.
        case clearing
        case resolved
    }

    /// As last seen.
    package var condition: Condition
    package var state: State
    /// Since when the condition holds.
    package var since: Timestamp
    package var firedAt: Timestamp?
    /// When people were last told.
    package var notifiedAt: Timestamp?
    /// When the condition was last seen, once the alert is resolved.
    package var resolvedAt: Timestamp?
    /// How many it stands for: 1, or the size of a crowd of one kind and policy.
    package var count: Int

    package init(
        condition: Condition, state: State, since: Timestamp, firedAt: Timestamp? = nil, notifiedAt: Timestamp? = nil,
        resolvedAt: Timestamp? = nil, count: Int = 1
    ) {
        self.condition = condition
        self.state = state
        self.since = since
        self.firedAt = firedAt
        self.notifiedAt = notifiedAt
        self.resolvedAt = resolvedAt
        self.count = count
    }

    package var identity: AlertIdentity { condition.identity }
    package var isFiring: Bool { state == .firing || state == .clearing }
}

/// Something that happens to the clouds or to a replica, not by the tool's doing.
package struct WorldAction: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        // Nodes: `first` chooses one of those there are.
        case addNode, removeNode, preempt, recreate, leavePool, joinPool, touchNode, scribbleClaim, eraseClaim
        // A person takes a node's address off and puts one on later; or puts an ephemeral one in its place.
        case takeOff, putOn
        // Addresses
        case reserve, reserveOtherTier, release, unlabel, label, reReserve, takenByVM, takenByForwardingRule, takenByRouter, givenBack
        // The security group; `second` chooses the group.
        case revokeOurs, addForeign, addWide, addRange, addAllProtocols, addGroupSource, changeDescription, copyDescription, replaceRule,
            setQuota
        // EC2 does not know the group, for a while
        case hideGroup
        case approve
        // The lease and the API server's history
        case deleteLease, stealLease, clearLease, compactHistory
        // A replica, for `second` milliseconds
        case crash, stop, freeze, cutOff
        // A replica's wall clock, by `second` seconds
        case clockJump

        /// Whether it changes anything that a decision of the tool rests on.
        var changesTheWorld: Bool {
            switch self {
            case .touchNode, .approve, .setQuota, .deleteLease, .stealLease, .clearLease, .compactHistory, .crash, .stop, .freeze, .cutOff,
                .clockJump:
                false
            default: true
            }
        }
    }

    /// Milliseconds from the start.
    package var time: Int
    package var kind: Kind
    package var first: Int
    package var second: Int

    package init(at time: Int, _ kind: Kind, _ first: Int = 0, _ second: Int = 0) {
        self.time = time
        self.kind = kind
        self.first = first
        self.second = second
    }
}

package import Model

/// What a plan depends on beside the policy and the observation.
package struct PlanningContext: Sendable {
    /// What other policies manage on the same groups; a group in scope `group` leaves those ports alone.
    package var otherPorts: [SecurityGroupReference: [ManagedPort]]
    /// The node that this controller runs on; it is never swapped by it.
    package var ownNode: String?
    /// Swaps that this process carries on right now: node name → the Address it is to get.
    package var activeSwaps: [String: AddressReference]
    /// Addresses that a swap of another policy, or a recent refusal, keeps from being given out now.
    package var unavailable: Set<AddressReference>
    /// Nodes whose last swap failed a moment ago, and why: they are left alone for now.
    package var coolingDown: [String: String]
    /// Set after an access config was refused for a cause that all nodes share: how many swaps may be under way until one has succeeded
    /// again, and why.
    package var swapLimit: SwapLimit?
    /// Whether a swap of this process has succeeded. Until then a node that serves is swapped alone: should its new address be refused,
    /// after all that can be checked, one node is without an address, and not as many as may be swapped at a time.
    package var isProven = true
    /// The other policies that this controller has: each settles its own claims.
    package var otherPolicies: Set<String> = []
    /// From this age of a claim on nobody else carries it on: what was begun then is over, one way or the other.
    package var claimIsFresh: Duration = .seconds(300)
    /// The last good reading of each group, at most an hour old: it counts for binding while the group can't be read.
    package var lastGood: [SecurityGroupReference: SecurityGroup]
    /// Rules whose revocation was approved for this pass.
    package var approved: Set<RuleReference>
    /// Rules that work under way is about to revoke, or is revoking: they do not count as admitting any more.
    package var beingRevoked: [SecurityGroupReference: Set<String>]
    /// A saved plan is carried out: nothing that is not in it is planned.
    package var scope: PlanScope?
    /// Whether nodes are left alone: `apply --whitelist-only`.
    package var whitelistOnly: Bool
    /// SHA-256 in hexadecimal, of which an approval's digest is the beginning.
    package var hash: @Sendable ([UInt8]) -> String

    package struct SwapLimit: Hashable, Sendable {
        package var count: Int
        package var reason: String

        package init(count: Int, reason: String) {
            self.count = count
            self.reason = reason
        }
    }

    package init(
        otherPorts: [SecurityGroupReference: [ManagedPort]] = [:], ownNode: String? = nil, activeSwaps: [String: AddressReference] = [:],
        unavailable: Set<AddressReference> = [], coolingDown: [String: String] = [:],
        lastGood: [SecurityGroupReference: SecurityGroup] = [:], approved: Set<RuleReference> = [],
        beingRevoked: [SecurityGroupReference: Set<String>] = [:], whitelistOnly: Bool = false,
        hash: @escaping @Sendable ([UInt8]) -> String
    ) {
        self.otherPorts = otherPorts
        self.ownNode = ownNode
        self.activeSwaps = activeSwaps
        self.unavailable = unavailable
        self.coolingDown = coolingDown
        self.lastGood = lastGood
        self.approved = approved
        self.beingRevoked = beingRevoked
        self.whitelistOnly = whitelistOnly
        self.hash = hash
    }
}

extension PlanningContext {
    private static let clockSkew = Duration.seconds(60)

    /// Whether a policy takes up a claim on a node of its pool: one of its own, or one of a policy that is gone (renamed, removed), which
    /// nobody else would. That policy may only be gone from here, and be carried out by another deployment: so not before the claim is
    /// old. A claim from the future counts as old, but for what the clocks of two machines may differ by: its age would never come.
    func takesUp(_ claim: SwapClaim, policy: String, at now: Timestamp) -> Bool {
        if claim.policy == policy { return true }
        let age = now - claim.startedAt
        return !otherPolicies.contains(claim.policy) && (age >= claimIsFresh || age < .zero - Self.clockSkew)
    }
}

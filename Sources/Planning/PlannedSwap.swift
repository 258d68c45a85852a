package import Model

/// A swap to be begun: everything that could be checked beforehand was.
package struct PlannedSwap: Hashable, Sendable {
    package var node: Node
    package var instance: Instance
    package var accessConfig: AccessConfig
    package var networkInterface: String
    package var address: Address
    /// Others that would do, should the first be taken meanwhile; no other swap of the plan has them.
    package var alternatives: [Address]

    package init(
        node: Node, instance: Instance, accessConfig: AccessConfig, networkInterface: String, address: Address, alternatives: [Address]
    ) {
        self.node = node
        self.instance = instance
        self.accessConfig = accessConfig
        self.networkInterface = networkInterface
        self.address = address
        self.alternatives = alternatives
    }
}

/// A swap that someone began and nobody carries on.
package struct ResumedSwap: Hashable, Sendable {
    package var node: Node
    package var claim: SwapClaim
    /// Addresses that would do, should the claimed one be taken or no longer reserved and admitted; no other swap of the plan has them.
    package var alternatives: [Address]
    /// Whether the claimed Address may still be put on: reserved, admitted, not held by anything else.
    package var claimStands: Bool
    /// Who takes it up: the policy that the claim names, or the pool's, where that one is gone.
    package var policy: String

    package init(node: Node, claim: SwapClaim, alternatives: [Address], claimStands: Bool, policy: String) {
        self.node = node
        self.claim = claim
        self.alternatives = alternatives
        self.claimStands = claimStands
        self.policy = policy
    }
}

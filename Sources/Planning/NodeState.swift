package import Model

/// Where a pool node stands.
package enum NodeState: Hashable, Sendable {
    /// It holds this reserved Address.
    case bound(AddressReference)
    /// It is to get this one: planned, or being carried out.
    case swapping(AddressReference)
    case waiting(WaitReason)
}

/// Why a pool node has no reserved address yet. Each gets its own message and what to do.
package enum WaitReason: Hashable, Sendable {
    /// No Address of the reserved set in its region and tier is free. Counts of those in the region: reserved, free but of another tier.
    case exhausted(region: String, reserved: Int, otherTier: Int)
    /// An Address is free, but not yet admitted in these groups.
    case notAdmitted(AddressReference, [SecurityGroupReference])
    /// Free Addresses are there; the limit of swaps at a time is reached.
    case concurrency(limit: Int)
    /// The first swap of this controller is under way, alone; the others follow once it has succeeded.
    case firstSwap
    /// It runs the controller that would cut itself off.
    case ownNode
    /// The instance has no external access config: a private node, or one whose external address a person took off.
    case privateNode
    /// It holds a static Address outside the reserved set that no rule of this policy is for: not ours to take off.
    case otherStaticAddress(AddressReference)
    /// The cloud provider has not set `spec.providerID`, or it is not a GCE instance.
    case noInstance(String?)
    /// Its instance is in another project than the policy's Addresses, and can hold none of them.
    case otherProject(instance: String, addresses: String)
    /// The Node object stands for an instance that was recreated meanwhile.
    case instanceChanged(expected: String, found: String)
    /// There is no such instance any more; the Node lingers.
    case instanceGone
    /// The instance is not running.
    case instanceStatus(String)
    case beingDeleted
    /// A swap of another policy on it is not over. Taken up after this age of its claim, should nobody carry it on; `nil`: that policy is
    /// there to settle it.
    case otherClaim(policy: String, takenUpAfter: Duration?)
    /// A swap failed; it is tried again later.
    case backOff(String)
    case unknown(Unknown)
    /// A saved plan is carried out, and this is not in it.
    case outsidePlan
    /// The policy is suspended or only the whitelist half runs.
    case paused
}

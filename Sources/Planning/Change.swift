package import Model

/// Every write that Drawbridge makes to what it manages. No client's write is reachable but through one of these.
package enum Change: Hashable, Sendable {
    /// One call for all.
    case authorize(SecurityGroupReference, [IpPermission])
    /// One call for all, by rule id.
    case revoke(SecurityGroupReference, [SecurityGroupRule])
    case swap(PlannedSwap)
    case resume(ResumedSwap)
    case removeTaint(Node, key: String)
}

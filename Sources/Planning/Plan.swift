package import Model

/// All that is to be done for one policy, and where everything stands. The same input gives the same plan, to the byte.
package struct Plan: Sendable, Equatable {
    package var policy: String
    package var isSuspended: Bool
    /// Sorted by region and id.
    package var groups: [GroupPlan]
    /// The whole pool, sorted by name.
    package var nodes: [NodePlan]
    /// The reserved set, sorted by reference.
    package var addresses: [AddressPlan]
    package var swaps: [PlannedSwap]
    package var resumes: [ResumedSwap]
    /// What could not be read. Sorted.
    package var unknowns: [Unknown]
    /// What `apply --approve` would free; `nil` when nothing is held for approval.
    package var approval: Approval?

    /// The changes of the plan, in the order in which they may begin. In each group revocations follow the read-back of its
    /// authorizations; swaps run beside them.
    package var changes: [Change] {
        guard !isSuspended else { return [] }
        var changes: [Change] = []
        for group in groups {
            if !group.roomMaking.isEmpty { changes.append(.revoke(group.group, group.roomMaking.map(\.rule))) }
            if !group.authorizations.isEmpty { changes.append(.authorize(group.group, group.authorizations.map(\.permission))) }
            let rest = group.revocations.filter { !group.roomMaking.contains($0) }
            if !rest.isEmpty { changes.append(.revoke(group.group, rest.map(\.rule))) }
        }
        return changes + resumes.map(Change.resume) + swaps.map(Change.swap) + taintRemovals
    }

    package var taintRemovals: [Change] {
        nodes.filter(\.removesTaint).compactMap { node in taintKey.map { .removeTaint(node.node, key: $0) } }
    }

    package var taintKey: String?

    /// Whether the policy has `nodes`; without them only the whitelist half runs, whoever holds the addresses.
    package var hasNodes: Bool
    /// Why the pool is not known: then `nodes` is empty, which says nothing.
    package var nodesUnknown: Unknown?
    /// Why the reserved set, or a part of it, is not known: then `addresses` may lack some.
    package var reservedUnknown: Unknown?

    /// Whether nothing is left to do and everything needed was known. What is held, and nodes that wait, do not keep a plan from being
    /// empty.
    package var isEmpty: Bool { changes.isEmpty && unknowns.isEmpty }
}

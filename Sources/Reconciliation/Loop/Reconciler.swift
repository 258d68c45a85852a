package import Model
package import Planning

/// What a policy's loop asks of the world, and what comes back.
package enum Reconciler {
    package enum Mode: Hashable, Sendable {
        /// Observe and plan, write nothing.
        case dryRun
        /// Write while leading.
        case write
    }

    package enum Effect: Sendable {
        /// Read the Addresses, the nodes and these groups.
        case observe(pass: Int, groups: [Whitelist.Group])
        case inquire(pass: Int, [Inquiry])
        /// List all nodes of the cluster, and answer with those outside the pool that carry a claim of this policy.
        case seekStrays
        case group(work: Int, Whitelist.Group, GroupWork.Effect)
        case swap(id: Int, Node, InstanceReference, Swap.Effect)
        case removeTaint(Node, key: String)
        /// A pass has been planned; what is to be done about it has begun.
        case planned(PassReport)
        case notice(Notice)
        /// Answer with `.elapsed` at this time. The latest of these replaces earlier ones.
        case wake(at: Instant)
        /// Nothing is in flight any more, and nothing will be begun.
        case stopped
    }

    package enum Input: Sendable {
        case start
        /// Whether this replica may write.
        case leading(Bool)
        /// A node came, went or changed.
        case wake
        /// Which other policies this process runs from now on.
        case otherPolicies(Set<String>)
        case observed(pass: Int, Observation)
        case answered(pass: Int, [Inquiry: Answer])
        case strays(Reading<[Node]>)
        case group(work: Int, GroupWork.Input)
        case swap(id: Int, Swap.Input)
        case taintRemoved(Node, Result<Void, APIError>)
        case approve(String)
        case elapsed
        case stop
    }

    package enum Answer: Sendable {
        case instance(Reading<Instance>)
        case projectAddresses(Reading<AddressListing>)
        case lookup(Reading<AddressLookup>)
    }
}

/// What a pass found, and what is under way after it.
package struct PassReport: Sendable {
    package var pass: Int
    package var plan: Plan
    package var at: Moment
    package var activeSwaps: Int
    package var activeGroups: Int
    /// What went wrong since the pass before; for people.
    package var troubles: [String]
    /// Approvals that need not be kept any longer: taken up by this pass, or lapsed.
    package var settledApprovals: Set<String> = []
    /// Nodes that are, or may be, without any external address.
    package var stranded: [StrandedNode] = []
    /// Something has changed since this pass began: another one follows.
    package var wantsPass = false
    /// From its first reading.
    package var took: Duration?

    /// Nothing is left to do, nothing is under way, and everything needed was known.
    package var isSettled: Bool { plan.isEmpty && activeSwaps == 0 && activeGroups == 0 && !wantsPass }
}

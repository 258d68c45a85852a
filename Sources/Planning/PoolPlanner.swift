import Model

/// Which node gets which reserved address: rules 2, 6 and 7 of the plan. Pure.
struct PoolPlanner {
    let policy: Whitelist
    let observation: Observation
    let context: PlanningContext
    let facts: PoolFacts
    /// For each block of the reserved set, the groups that do not admit it.
    let notAdmitted: (Address) -> [SecurityGroupReference]

    struct Outcome {
        var nodes: [NodePlan] = []
        var swaps: [PlannedSwap] = []
        var resumes: [ResumedSwap] = []
        /// What kept a node from being swapped and is told by no other reading.
        var unknowns: [Unknown] = []
        /// A swap would begin, but for what only the project's whole list tells.
        var wantsProjectAddresses = false
    }

    /// A node that could be swapped now.
    private struct Candidate {
        var node: Node
        var instance: Instance
        var accessConfig: AccessConfig
        var networkInterface: String
    }

    func plan() -> Outcome {
        var outcome = Outcome()
        guard let pool = policy.nodes else { return outcome }
        var free = freeAddresses()
        var slots = min(pool.maxConcurrentSwaps, context.swapLimit?.count ?? .max) - context.activeSwaps.count
        var candidates: [String: Candidate] = [:]
        var unread: [Node] = []
        var plans: [String: NodePlan] = [:]

        for node in facts.nodes {
            var plan = NodePlan(node: node, state: .waiting(.paused), held: facts.held[node.name] ?? nil)
            if let address = context.activeSwaps[node.name] {
                plan.state = .swapping(address)
            } else if let reason = context.coolingDown[node.name] {
                plan.state = facts.bound[node.name].map { .bound($0.reference) } ?? .waiting(.backOff(reason))
            } else if let claim = node.claim, !isPaused, !Mutant.forgetsClaims.isActive,
                context.takesUp(claim, policy: policy.name, at: observation.at.wall)
            {
                slots -= 1
                plan.state = resume(node, claim, &outcome)
            } else if node.hasUnreadableClaim {
                plan.state = .waiting(
                    .backOff(
                        "its annotation \(Node.Annotation.claim) can't be read; check the instance's external address, then remove the annotation"
                    ))
            } else if let address = facts.bound[node.name] {
                plan.state = .bound(address.reference)
                settleTaint(&plan, address, pool)
            } else if let claim = node.claim, claim.policy != policy.name, !isPaused {
                let isLoaded = context.otherPolicies.contains(claim.policy)
                plan.state = .waiting(.otherClaim(policy: claim.policy, takenUpAfter: isLoaded ? nil : context.claimIsFresh))
            } else {
                if let key = pool.startupTaint, Mutant.takesTaintsOffUnbound.isActive {
                    plan.removesTaint = node.taints.contains { $0.key == key }
                }
                switch candidate(node) {
                case .fit(let found): candidates[node.name] = found
                case .unfit(let reason): plan.state = .waiting(reason)
                case .unread: unread.append(node)
                }
            }
            plans[node.name] = plan
        }
        reserveAlternatives(&free, &outcome)
        for node in PoolPlanner.inOrder(candidates.keys.compactMap { plans[$0]?.node }, pool: pool) {
            guard let found = candidates[node.name] else { continue }
            plans[node.name]?.state = assign(found, &free, &slots, &outcome)
        }
        let inLine = candidates.keys.count { if case .waiting(.notAdmitted) = plans[$0]?.state { true } else { false } }
        for node in unread { plans[node.name]?.state = .waiting(self.unread(node, free, slots: slots, inLine: inLine, &outcome)) }
        offerAlternatives(free, &outcome)
        takeUpStrays(&outcome)
        outcome.nodes = plans.values.sorted { $0.node.name < $1.node.name }
        return outcome
    }

    var isPaused: Bool { policy.suspend || context.whitelistOnly }

    /// Reserved, used by nothing, claimed by no node, not refused a moment ago; sorted.
    private func freeAddresses() -> [Address] {
        let claimed = Set(facts.nodes.compactMap { $0.claim?.address }).union(context.activeSwaps.values)
        let boundNow = Set(facts.bound.values.map(\.reference))
        return facts.reserved.filter {
            $0.status == .reserved && $0.users.isEmpty && $0.ip.family == .v4 && !claimed.contains($0.reference)
                && !boundNow.contains($0.reference) && !context.unavailable.contains($0.reference)
        }
    }

    private enum Fitness {
        case fit(Candidate)
        case unfit(WaitReason)
        /// Its instance was not asked for: `Inquiry` asks for as many as can be swapped now.
        case unread
    }

    /// Whether a node could be swapped, by all that can be told from reading.
    private func candidate(_ node: Node) -> Fitness {
        func no(_ reason: WaitReason) -> Fitness { .unfit(reason) }
        if node.isBeingDeleted { return no(.beingDeleted) }
        guard let reference = node.instance else { return no(.noInstance(node.providerID)) }
        guard policy.addresses.canBeHeld(by: reference) else {
            return no(.otherProject(instance: reference.project, addresses: policy.addresses.project))
        }
        if node.name == context.ownNode && !Mutant.swapsItsOwnNode.isActive { return no(.ownNode) }
        if isPaused { return no(.paused) }
        if let unknown = observation.addresses.unknown ?? facts.unknownRegions[reference.region] { return no(.unknown(unknown)) }
        guard let reading = observation.instances[reference] else { return .unread }
        let instance: Instance
        switch reading {
        case .unknown where reading.isMissing: return no(.instanceGone)
        case .unknown(let unknown): return no(.unknown(unknown))
        case .known(let value): instance = value
        }
        if let expected = node.instanceID, expected != instance.id {
            return no(.instanceChanged(expected: expected, found: instance.id))
        }
        guard instance.status == "RUNNING" else { return no(.instanceStatus(instance.status)) }
        guard let interface = instance.primaryInterface, let config = instance.accessConfig else { return no(.privateNode) }
        return .fit(Candidate(node: node, instance: instance, accessConfig: config, networkInterface: interface.name))
    }

    /// Nodes that still wait to serve come first, then by age and name.
    static func inOrder(_ nodes: [Node], pool: Whitelist.Nodes) -> [Node] {
        func rank(_ node: Node) -> Int {
            guard let key = pool.startupTaint else { return 1 }
            return node.taints.contains { $0.key == key } ? 0 : 1
        }
        return nodes.sorted { (rank($0), $0.createdAt, $0.name) < (rank($1), $1.createdAt, $1.name) }
    }

    private func assign(
        _ found: Candidate, _ free: inout [Address], _ slots: inout Int, _ outcome: inout Outcome
    ) -> NodeState {
        let tier = found.accessConfig.networkTier ?? .premium
        let fitting = free.filter {
            ($0.reference.region == found.instance.reference.region || Mutant.dropsTheRegionCheck.isActive)
                && ($0.networkTier == tier || Mutant.dropsTheTierCheck.isActive)
        }
        guard let first = fitting.first else {
            return .waiting(shortage(region: found.instance.reference.region, tier: tier))
        }
        guard let chosen = fitting.first(where: { notAdmitted($0).isEmpty || Mutant.bindsBeforeAdmitted.isActive }) else {
            return .waiting(.notAdmitted(first.reference, notAdmitted(first)))
        }
        guard slots > 0 else { return .waiting(limit) }
        guard context.isProven || !isInService(found.node) || (context.activeSwaps.isEmpty && outcome.swaps.isEmpty) else {
            return .waiting(.firstSwap)
        }
        if let obstacle = staticAddress(found, &outcome) { return .waiting(obstacle) }
        slots -= 1
        if !Mutant.givesOneAddressTwice.isActive { free.removeAll { $0.reference == chosen.reference } }
        outcome.swaps.append(
            PlannedSwap(
                node: found.node, instance: found.instance, accessConfig: found.accessConfig, networkInterface: found.networkInterface,
                address: chosen, alternatives: []))
        return .swapping(chosen.reference)
    }

    /// Why no more swaps begin.
    var limit: WaitReason { context.swapLimit.map { .backOff($0.reason) } ?? .concurrency(limit: policy.nodes?.maxConcurrentSwaps ?? 0) }

    /// Why what the node holds is not to be taken off.
    private func staticAddress(_ found: Candidate, _ outcome: inout Outcome) -> WaitReason? {
        switch detachment(of: found.accessConfig.natIP, on: found.instance.reference) {
        case .allowed: return nil
        case .otherStatic(let address): return .otherStaticAddress(address)
        case .reserved(let address): return .backOff("it holds \(address.name) of the reserved set")
        case .unknown(let unknown):
            outcome.unknowns.append(unknown)
            return .unknown(unknown)
        case .notAsked:
            outcome.wantsProjectAddresses = true
            let unknown = Unknown(.failed, "which Addresses project \(policy.addresses.project) has was not read in this pass")
            outcome.unknowns.append(unknown)
            return .unknown(unknown)
        }
    }

    func detachment(of ip: IPAddress?, on instance: InstanceReference) -> Detachment {
        Detachment.of(ip, on: instance, policy: policy, observation: observation, context: context, facts: facts)
    }

    /// Whether workloads may depend on the node already: it does not carry the startup taint, and is not new.
    private func isInService(_ node: Node) -> Bool {
        let isTainted = policy.nodes?.startupTaint.map { key in node.taints.contains { $0.key == key } } ?? false
        return !isTainted && observation.at.wall - node.createdAt >= Self.newNodeAge
    }

    private static let newNodeAge = Duration.seconds(600)

    func shortage(region: String, tier: NetworkTier?) -> WaitReason {
        let here = facts.reserved.filter { $0.reference.region == region }
        let otherTier = tier.map { tier in freeAddresses().filter { $0.reference.region == region && $0.networkTier != tier }.count } ?? 0
        return .exhausted(region: region, reserved: here.count, otherTier: otherTier)
    }

    /// The startup taint goes once the node is bound, by a reading of the instance itself in this pass, and its address is admitted.
    private func settleTaint(_ plan: inout NodePlan, _ address: Address, _ pool: Whitelist.Nodes) {
        guard let key = pool.startupTaint, plan.node.taints.contains(where: { $0.key == key }), !isPaused else { return }
        guard let reference = plan.node.instance, let instance = observation.instances[reference]?.value,
            instance.accessConfig?.natIP == address.ip, plan.node.instanceID == nil || plan.node.instanceID == instance.id
        else { return }
        plan.taintWaitsFor = notAdmitted(address)
        plan.removesTaint = plan.taintWaitsFor.isEmpty
    }
}

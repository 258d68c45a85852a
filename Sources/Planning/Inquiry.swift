package import Model

/// What is worth asking beyond the first readings of a pass. Pure: the questions follow from the policy and what has been read so far.
///
/// The first readings (Addresses by label, nodes by selector, rules by group) tell the whole state when nothing is to be done. Only what
/// they leave open is asked: the instance of a node that is about to be touched, what kind of address it is about to lose, and whether an
/// Address that a stale rule names is really gone.
package enum Inquiry: Hashable, Sendable {
    case instance(InstanceReference)
    /// Every external Address of the project: for rule 5's confirmed release, and for what rule 7 lets a swap take off a node.
    case projectAddresses
    case lookup(AddressReference)
}

extension Inquiry {
    /// At most so many direct look-ups of Addresses a pass; the next pass asks for the rest.
    package static let lookupLimit = 50
    /// Questions follow from answers; after so many rounds the pass goes on with what it knows.
    package static let roundLimit = 40
    /// At most so many instances a round on account of nodes that could be swapped.
    package static let batchLimit = 256

    package static func open(policy: Whitelist, observation: Observation, context: PlanningContext) -> [Inquiry] {
        let facts = PoolFacts(policy: policy, observation: observation)
        let first = instances(policy, observation, context, facts) + releases(policy, observation, context, facts)
        return first.isEmpty ? swaps(policy, observation, context, facts) : first
    }

    /// Once all else is known and a swap would begin. A world in which none would costs no such call.
    private static func swaps(
        _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts
    ) -> [Inquiry] {
        let isTakenUp = { (node: Node) in
            node.claim.map { $0.policy != policy.name && context.takesUp($0, policy: policy.name, at: observation.at.wall) } ?? false
        }
        guard observation.projectAddresses == nil, policy.nodes != nil,
            observation.instances.contains(where: { $0.value.value != nil }) || facts.nodes.contains(where: isTakenUp)
        else { return [] }
        let isWanted = Planner.wantsProjectAddresses(policy: policy, observation: observation, context: context, facts: facts)
        return isWanted ? [.projectAddresses] : []
    }

    /// Instances of bound nodes that still carry the startup taint, of nodes whose external address nothing else tells, and of as many
    /// nodes as could be swapped now: the next in order, until enough of them turn out to be fit.
    private static func instances(
        _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts
    ) -> [Inquiry] {
        guard let pool = policy.nodes, observation.addresses.value != nil else { return [] }
        let idle = facts.nodes.filter { context.activeSwaps[$0.name] == nil && $0.claim == nil && !$0.isBeingDeleted }
        func unread(_ node: Node) -> InstanceReference? { node.instance.flatMap { observation.instances[$0] == nil ? $0 : nil } }

        var asked: [InstanceReference] = []
        for node in idle {
            let isTainted = pool.startupTaint.map { key in node.taints.contains { $0.key == key } } ?? false
            let isBound = facts.bound[node.name] != nil
            if let reference = unread(node), isBound ? isTainted : node.externalIPs.isEmpty { asked.append(reference) }
        }
        let unbound = PoolPlanner.inOrder(
            idle.filter {
                facts.bound[$0.name] == nil && ($0.name != context.ownNode || Mutant.swapsItsOwnNode.isActive)
                    && context.coolingDown[$0.name] == nil
            }, pool: pool)
        asked += swappable(unbound, policy, pool, observation, context, facts).filter { !asked.contains($0) }
        return asked.map(Inquiry.instance)
    }

    private struct Place: Hashable {
        var region: String
        var tier: NetworkTier
    }

    /// The next nodes in order that could get one of the free Addresses, by region and tier, beside those that are known to be fit. Where
    /// nodes turn out unfit the number doubles from round to round, so that in a few rounds the last one of a large pool is reached.
    private static func swappable(
        _ unbound: [Node], _ policy: Whitelist, _ pool: Whitelist.Nodes, _ observation: Observation, _ context: PlanningContext,
        _ facts: PoolFacts
    ) -> [InstanceReference] {
        guard !context.whitelistOnly else { return [] }
        let unbound = unbound.filter { !$0.hasUnreadableClaim && $0.instance.map(policy.addresses.canBeHeld) ?? false }
        let taken = Set(context.activeSwaps.values).union(context.unavailable).union(facts.nodes.compactMap { $0.claim?.address })
        let free = facts.reserved.filter {
            $0.status == .reserved && $0.users.isEmpty && $0.ip.family == .v4 && !taken.contains($0.reference)
        }
        var left = Dictionary(grouping: free) { Place(region: $0.reference.region, tier: $0.networkTier) }.mapValues(\.count)
        var slots = pool.maxConcurrentSwaps - context.activeSwaps.count
        // What was read and is not to be swapped, by region: as many more are asked for, so that many such nodes are soon passed by.
        var unfit: [String: Int] = [:]
        for node in unbound {
            guard let reference = node.instance, let reading = observation.instances[reference] else { continue }
            if case .unknown = reading, !reading.isMissing { continue }
            let canBeSwapped = reading.value.map { isFit(node, $0, policy, observation, context, facts) } ?? false
            let place = Place(region: reference.region, tier: reading.value?.accessConfig?.networkTier ?? .premium)
            guard canBeSwapped, let count = left[place], count > 0 else {
                unfit[place.region, default: 0] += 1
                continue
            }
            left[place] = count - 1
            slots -= 1
        }
        guard slots > 0 else { return [] }
        slots = min(batchLimit, max(slots, unfit.values.reduce(0, +)))
        var wanted: [String: Int] = [:]
        for (place, count) in left { wanted[place.region, default: 0] += count }
        var asked: [InstanceReference] = []
        for (region, count) in wanted where count > 0 { wanted[region] = max(count, unfit[region] ?? 0) }
        for node in unbound where slots > 0 {
            guard let reference = node.instance, observation.instances[reference] == nil, let count = wanted[reference.region], count > 0,
                Detachment.kept(by: node, policy: policy, observation: observation, context: context, facts: facts) == nil
            else { continue }
            wanted[reference.region] = count - 1
            slots -= 1
            asked.append(reference)
        }
        return asked
    }

    private static func isFit(
        _ node: Node, _ instance: Instance, _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts
    ) -> Bool {
        guard instance.status == "RUNNING", let config = instance.accessConfig, node.instanceID == nil || node.instanceID == instance.id
        else { return false }
        return isSwappable(config.natIP, instance.reference, policy, observation, context, facts)
    }

    /// A node that keeps what it holds does not take another's place; before the project's list is known none is taken for such.
    private static func isSwappable(
        _ ip: IPAddress?, _ instance: InstanceReference, _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext,
        _ facts: PoolFacts
    ) -> Bool {
        switch Detachment.of(ip, on: instance, policy: policy, observation: observation, context: context, facts: facts) {
        case .allowed, .notAsked: true
        // Of the others of its region no more would be known.
        case .unknown: true
        case .otherStatic, .reserved: false
        }
    }

    private static func releases(
        _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts
    ) -> [Inquiry] {
        guard facts.reservedUnknown == nil, !facts.reservedSet.isEmpty || policy.safety.allowEmpty else { return [] }
        var candidates: [AddressReference] = []
        for group in policy.securityGroups {
            guard let reading = observation.groups[group.reference]?.value else { continue }
            for rule in reading.rules {
                let ruleClass = RuleClass.of(
                    rule, policy: policy.name, group: group, reserved: facts.reservedSet,
                    otherPorts: context.otherPorts[group.reference] ?? [])
                guard case .stale(let owner) = ruleClass, let block = rule.source.cidr, let address = owner.address,
                    address.project == policy.addresses.project
                else { continue }
                guard let listing = observation.projectAddresses else { return [.projectAddresses] }
                guard let complete = listing.value, complete.isComplete else { continue }
                if !complete.addresses.contains(where: { $0.cidr.overlaps(block) }) { candidates.append(address) }
            }
        }
        return Set(candidates).filter { observation.lookups[$0] == nil }.sorted().prefix(lookupLimit).map(Inquiry.lookup)
    }
}

package import Model

/// Observation → plan. Pure: no clock, no randomness, no I/O; it never throws, it gives reasons.
package enum Planner {
    package static func plan(policy: Whitelist, observation: Observation, context: PlanningContext) -> Plan {
        let facts = PoolFacts(policy: policy, observation: observation)
        let groups = planGroups(policy, observation, context, facts)
        let admitted = AdmissionView(policy: policy, facts: facts, groups: groups, context: context)
        let pool = planPool(policy, observation, context, facts, admitted)
        return Plan(
            policy: policy.name, isSuspended: policy.suspend, groups: groups, nodes: pool.nodes,
            addresses: addressPlans(observation, facts, pool, admitted), swaps: pool.swaps, resumes: pool.resumes,
            unknowns: unknowns(observation, facts, groups, pool),
            approval: Approval(policy: policy.name, groups: groups, hash: context.hash),
            taintKey: policy.nodes?.startupTaint, hasNodes: policy.nodes != nil, nodesUnknown: facts.nodesUnknown,
            reservedUnknown: facts.reservedUnknown
        ).limited(to: context.scope)
    }

    /// Whether a swap would begin, but for what only the project's whole list tells.
    static func wantsProjectAddresses(policy: Whitelist, observation: Observation, context: PlanningContext, facts: PoolFacts) -> Bool {
        let admitted = AdmissionView(
            policy: policy, facts: facts, groups: planGroups(policy, observation, context, facts), context: context)
        return planPool(policy, observation, context, facts, admitted).wantsProjectAddresses
    }

    private static func planPool(
        _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts, _ admitted: AdmissionView
    ) -> PoolPlanner.Outcome {
        PoolPlanner(policy: policy, observation: observation, context: context, facts: facts, notAdmitted: admitted.groupsWithout).plan()
    }

    private static func planGroups(
        _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext, _ facts: PoolFacts
    ) -> [GroupPlan] {
        let planners = policy.securityGroups.sorted { $0.reference < $1.reference }.map {
            GroupPlanner(policy: policy, group: $0, observation: observation, context: context, facts: facts)
        }
        let drafts = planners.map { $0.draft() }
        let brake = brake(policy, drafts)
        return zip(planners, drafts).map { planner, draft in
            planner.settle(
                draft,
                due: draft.due.map { item in
                    guard brake.holds, item.revocation.reason != .confirmedRelease || Mutant.brakesConfirmedReleases.isActive,
                        !planner.isApproved(item.revocation.rule)
                    else { return item }
                    var item = item
                    item.isBraked = true
                    item.hold = item.hold ?? .brake(pending: brake.pending, limit: brake.limit)
                    return item
                })
        }
    }

    /// Counted together over the policy's groups. What waits for a node to be moved counts, so that it can't trickle past the brake pass
    /// by pass; what is held for approval whatever the count does not, or one such rule would hold up all others for ever.
    private static func brake(_ policy: Whitelist, _ drafts: [GroupPlanner.Draft]) -> Brake {
        var pending: Set<SecurityGroupRule.Source> = []
        var admitted: Set<SecurityGroupRule.Source> = []
        for draft in drafts {
            for item in draft.due {
                admitted.insert(item.revocation.rule.source)
                switch item.hold {
                case .unmanagedPorts, .indirectSource: continue
                default: pending.insert(item.revocation.rule.source)
                }
            }
            for standing in draft.plan.standing where standing.ruleClass != .outOfScope { admitted.insert(standing.rule.source) }
            for authorization in draft.missing { admitted.insert(.cidr(authorization.permission.cidr)) }
        }
        return Brake(pending: pending, admitted: admitted, maxRevocations: policy.safety.maxRevocations)
    }

    private static func addressPlans(
        _ observation: Observation, _ facts: PoolFacts, _ pool: PoolPlanner.Outcome, _ admitted: AdmissionView
    ) -> [AddressPlan] {
        var holders: [AddressReference: AddressState] = [:]
        for (name, address) in facts.bound { holders[address.reference] = .bound(node: name) }
        for plan in pool.nodes {
            if case .swapping(let reference) = plan.state { holders[reference] = .claimed(node: plan.node.name) }
        }
        return facts.reserved.map { address in
            let state: AddressState
            if let holder = holders[address.reference] {
                state = holder
            } else if address.users.isEmpty {
                state = .unbound
            } else if let unknown = facts.nodesUnknown {
                state = .unknown(unknown)
            } else {
                state = .boundElsewhere(address.users)
            }
            return AddressPlan(address: address, state: state, notAdmittedIn: admitted.groupsWithout(address))
        }
    }

    private static func unknowns(_ observation: Observation, _ facts: PoolFacts, _ groups: [GroupPlan], _ pool: PoolPlanner.Outcome)
        -> [Unknown]
    {
        let instances = observation.instances.sorted { $0.key < $1.key }.compactMap { $0.value.isMissing ? nil : $0.value.unknown }
        let lookups = observation.lookups.sorted { $0.key < $1.key }.compactMap { $0.value.unknown }
        let all =
            [facts.reservedUnknown, facts.nodesUnknown, observation.projectAddresses?.unknown].compactMap(\.self)
            + groups.compactMap(\.unknown)
            + instances + lookups + pool.unknowns
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

import Model

/// What is due in one security group, before the brake has its say. Pure.
struct GroupPlanner {
    let policy: Whitelist
    let group: Whitelist.Group
    let observation: Observation
    let context: PlanningContext
    let facts: PoolFacts

    var otherPorts: [ManagedPort] { context.otherPorts[group.reference] ?? [] }

    /// A revocation that is due, with the hold that follows from this group alone.
    struct Due {
        var revocation: GroupPlan.Revocation
        var hold: Hold?
        /// Held for approval whatever the brake says, should nothing else hold it.
        var isSensitive = false
        /// Held by the brake, should nothing else hold it.
        var isBraked = false

        var needsApproval: Bool {
            guard let hold else { return false }
            if case .inUse = hold { return isSensitive || isBraked }
            return hold.isApprovable
        }
    }

    struct Draft {
        var plan: GroupPlan
        var due: [Due] = []
        var missing: [GroupPlan.Authorization] = []
        var rules: [SecurityGroupRule] = []
    }

    /// Classifies every rule and finds what is missing.
    func draft() -> Draft {
        let rules: [SecurityGroupRule]
        switch observation.groups[group.reference] {
        case .known(let reading): rules = reading.rules
        case .unknown(let unknown): return Draft(plan: GroupPlan(group: group.reference, ports: group.ports, unknown: unknown))
        case nil:
            let unknown = Unknown(.failed, "\(group.reference) was not read in this pass")
            return Draft(plan: GroupPlan(group: group.reference, ports: group.ports, unknown: unknown))
        }
        var draft = Draft(plan: GroupPlan(group: group.reference, ports: group.ports), rules: rules)
        // What is on its way out is not to be bound to any more, but stands in the way of the same permission until it is gone.
        let leaving = context.beingRevoked[group.reference] ?? []
        draft.plan.admitted = Admission.blocks(
            of: group, rules: rules.filter { !leaving.contains($0.id) }, policy: policy.name, reserved: facts.reservedSet,
            otherPorts: otherPorts)
        for rule in rules {
            let ruleClass = RuleClass.of(rule, policy: policy.name, group: group, reserved: facts.reservedSet, otherPorts: otherPorts)
            switch ruleClass {
            case .stale(let owner):
                let confirmed = Release.isConfirmed(rule, owner: owner, project: policy.addresses.project, observation: observation)
                draft.due.append(due(rule, confirmed ? .confirmedRelease : .stale, draft.plan.admitted))
            case .foreign where group.foreignRules == .revoke:
                draft.due.append(due(rule, .foreign, draft.plan.admitted))
            default:
                draft.plan.standing.append(GroupPlan.Standing(rule: rule, ruleClass: ruleClass))
            }
        }
        draft.missing = missingAuthorizations(rules, admitted: draft.plan.admitted)
        return draft
    }

    private func due(_ rule: SecurityGroupRule, _ reason: GroupPlan.Revocation.Reason, _ admitted: Set<CIDR>) -> Due {
        let revocation = GroupPlan.Revocation(rule: rule, reason: reason)
        let sensitivity = sensitivity(revocation)
        return Due(revocation: revocation, hold: hold(revocation, admitted) ?? sensitivity, isSensitive: sensitivity != nil)
    }

    /// What is held for approval always: rule 5 of the plan.
    private func sensitivity(_ revocation: GroupPlan.Revocation) -> Hold? {
        guard revocation.reason == .foreign, !isApproved(revocation.rule), !Mutant.revokesWithoutApproval.isActive else { return nil }
        guard case .cidr = revocation.rule.source else { return .indirectSource }
        return cutsOtherPorts(revocation.rule) ? .unmanagedPorts : nil
    }

    /// The hold that follows from the rule itself and from what is known; the brake and the read-back come on top.
    private func hold(_ revocation: GroupPlan.Revocation, _ admitted: Set<CIDR>) -> Hold? {
        if let unknown = facts.reservedUnknown { return .unknown(unknown) }
        if facts.reservedSet.isEmpty && !policy.safety.allowEmpty && !Mutant.ignoresAnEmptySet.isActive { return .emptyReservedSet }
        if revocation.reason == .confirmedRelease {
            // The Address is gone: what Kubernetes still shows of it is old. Only the cloud's own word that a node holds it stands
            // against the revoke.
            let holders = holdersByInstance(of: revocation.rule)
            return holders.isEmpty ? nil : .inUse(holders)
        }
        if let unknown = facts.nodesUnknown { return .unknown(unknown) }
        if revocation.reason == .stale, let unknown = staleUnknown(revocation.rule) { return unknown }
        if let block = revocation.rule.source.cidr, !Mutant.revokesWhatNodesHold.isActive {
            let dependents = facts.dependents(on: block) { ip in admitted.contains { $0.contains(ip) } }
            if !dependents.isEmpty { return .inUse(dependents) }
        }
        let unreadable = facts.nodesOfUnknownAddress
        if !unreadable.isEmpty {
            return .unknown(Unknown(.partial, "the external addresses of \(unreadable.prefix(5).joined(separator: ", ")) are not known"))
        }
        return nil
    }

    /// An Address that has just left the set may be on its way to a node, and only the project's whole list tells who holds it.
    private func staleUnknown(_ rule: SecurityGroupRule) -> Hold? {
        let owner = RuleOwner(description: rule.description)
        let swapping = context.activeSwaps.filter { $0.value == owner?.address }.keys.sorted()
        if !swapping.isEmpty { return .inUse(swapping) }
        switch observation.projectAddresses {
        case .unknown(let unknown): return .unknown(unknown)
        case .known(let listing): return owner?.address.flatMap { listing.unknownRegions[$0.region] }.map(Hold.unknown)
        case nil: return nil
        }
    }

    private func holdersByInstance(of rule: SecurityGroupRule) -> [String] {
        guard let block = rule.source.cidr else { return [] }
        return facts.nodes.filter { node in
            guard let reference = node.instance, let ip = observation.instances[reference]?.value?.accessConfig?.natIP else { return false }
            return block.contains(ip)
        }.map(\.name)
    }

    /// In scope `group` the policy speaks for the whole group, so a rule that admits no managed port at all has nothing beside them to cut.
    private func cutsOtherPorts(_ rule: SecurityGroupRule) -> Bool {
        group.ports.contains { rule.traffic.admitsAny(of: $0) } && !rule.traffic.isConfined(to: group.ports)
    }

    func isApproved(_ rule: SecurityGroupRule) -> Bool { context.approved.contains(RuleReference(group: group.reference, rule: rule)) }

    /// What is missing, pool nodes' own addresses first: at the quota these are what matters.
    private func missingAuthorizations(_ rules: [SecurityGroupRule], admitted: Set<CIDR>) -> [GroupPlan.Authorization] {
        let identities = Set(rules.map { Identity(traffic: $0.traffic, source: $0.source) })
        let boundNow = Set(facts.bound.values.map(\.reference))
        let wanted = facts.reserved.filter { !admitted.contains($0.cidr) && !Mutant.authorizesNothing.isActive }
        let ordered = wanted.filter { boundNow.contains($0.reference) } + wanted.filter { !boundNow.contains($0.reference) }
        return ordered.flatMap { address in
            group.ports.compactMap { port in
                let traffic = Traffic(port)
                // The same permission twice is refused: one that stands, whoever wrote it, is not asked for again.
                guard !identities.contains(Identity(traffic: traffic, source: .cidr(address.cidr))) else { return nil }
                let description = RuleOwner(policy: policy.name, address: address).description
                let source = Mutant.admitsTheNeighbours.isActive ? CIDR(masking: address.ip, prefixLength: 24) : address.cidr
                return GroupPlan.Authorization(
                    permission: IpPermission(traffic: traffic, cidr: source, description: description), address: address.reference)
            }
        }
    }

    private struct Identity: Hashable {
        var traffic: Traffic
        var source: SecurityGroupRule.Source
    }
}

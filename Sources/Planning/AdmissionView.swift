import Model

/// Which groups do not admit an address, for binding: by this pass's reading, or by the last good one while a group can't be read.
struct AdmissionView {
    private let byGroup: [(SecurityGroupReference, Set<CIDR>)]

    init(policy: Whitelist, facts: PoolFacts, groups: [GroupPlan], context: PlanningContext) {
        byGroup = groups.map { plan in
            guard plan.unknown != nil else { return (plan.group, plan.admitted) }
            guard let last = context.lastGood[plan.group],
                let group = policy.securityGroups.first(where: { $0.reference == plan.group })
            else { return (plan.group, Mutant.treatsUnknownGroupsAsAdmitting.isActive ? Set(facts.reservedSet.blocks) : []) }
            let blocks = Admission.blocks(
                of: group, rules: last.rules, policy: policy.name, reserved: facts.reservedSet,
                otherPorts: context.otherPorts[plan.group] ?? [])
            return (plan.group, blocks)
        }
    }

    func groupsWithout(_ address: Address) -> [SecurityGroupReference] {
        byGroup.filter { !$0.1.contains(address.cidr) }.map(\.0)
    }
}

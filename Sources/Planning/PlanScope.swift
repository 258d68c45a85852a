import Model

/// The writes of one plan, by what they do to what: a later plan under it holds no others.
///
/// This is what a saved plan allows. A node that waits for its turn in it (for its Address to be admitted, for the first swap, for the limit
/// of swaps at a time) may get any Address that the plan saw free; all else is exactly as planned.
package struct PlanScope: Hashable, Sendable, Codable {
    /// `REGION/GROUP TRAFFIC SOURCE` of each rule to be authorized.
    package var authorize: Set<String>
    /// `REGION/GROUP RULE TRAFFIC SOURCE` of each rule to be revoked.
    package var revoke: Set<String>
    /// By the node's uid, the Addresses that it may get: one, where its swap was planned.
    package var swap: [String: Set<String>]
    /// Uids of nodes on which an interrupted swap is taken up.
    package var resume: Set<String>
    /// Uids of nodes whose startup taint may go.
    package var removeTaint: Set<String>

    package init(_ plan: Plan) {
        authorize = Set(plan.groups.flatMap { group in group.authorizations.map { Self.text(group.group, $0.permission) } })
        revoke = Set(
            plan.groups.flatMap { group in group.revocations.map { RuleReference(group: group.group, rule: $0.rule).canonicalText } })
        let free = Set(plan.addresses.filter(\.isToBeHad).map { "\($0.address.reference)" })
        swap = [:]
        for item in plan.nodes where item.isDeferred { swap[item.node.uid] = free }
        for item in plan.swaps { swap[item.node.uid] = ["\(item.address.reference)"] }
        resume = Set(plan.resumes.map(\.node.uid))
        removeTaint = Set(plan.nodes.filter { $0.removesTaint || !$0.taintWaitsFor.isEmpty }.map(\.node.uid))
        removeTaint.formUnion(swap.keys)
    }

    /// What an approval frees is carried out with the plan that showed it.
    package mutating func approve(_ approval: Approval) { revoke.formUnion(approval.rules.map(\.canonicalText)) }

    static func text(_ group: SecurityGroupReference, _ permission: IpPermission) -> String {
        "\(group.region)/\(group.id) \(permission.traffic) \(permission.cidr)"
    }
}

extension PlanScope {
    private enum CodingKeys: String, CodingKey { case authorize, revoke, swap, resume, removeTaint }

    /// In a fixed order: the same scope gives the same bytes.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(authorize.sorted(), forKey: .authorize)
        try container.encode(revoke.sorted(), forKey: .revoke)
        try container.encode(swap.mapValues { $0.sorted() }, forKey: .swap)
        try container.encode(resume.sorted(), forKey: .resume)
        try container.encode(removeTaint.sorted(), forKey: .removeTaint)
    }
}

extension Plan {
    /// Leaves out every write that the scope does not hold. What a node would get by one of them it waits for.
    func limited(to scope: PlanScope?) -> Plan {
        guard let scope else { return self }
        var plan = self
        for index in plan.groups.indices {
            let group = plan.groups[index].group
            func isAllowed(_ revocation: GroupPlan.Revocation) -> Bool {
                scope.revoke.contains(RuleReference(group: group, rule: revocation.rule).canonicalText)
            }
            plan.groups[index].authorizations.removeAll { !scope.authorize.contains(PlanScope.text(group, $0.permission)) }
            plan.groups[index].roomMaking.removeAll { !isAllowed($0) }
            plan.groups[index].revocations.removeAll { !isAllowed($0) }
        }
        plan.resumes.removeAll { !scope.resume.contains($0.node.uid) && scope.swap[$0.node.uid] == nil }
        plan.swaps.removeAll { !(scope.swap[$0.node.uid]?.contains("\($0.address.reference)") ?? false) }
        for index in plan.swaps.indices {
            let allowed = scope.swap[plan.swaps[index].node.uid] ?? []
            plan.swaps[index].alternatives.removeAll { !allowed.contains("\($0.reference)") }
        }
        let begun = Set(plan.swaps.map(\.node.name) + plan.resumes.map(\.node.name))
        let dropped = Set(swaps.map(\.node.name) + resumes.map(\.node.name)).subtracting(begun)
        for index in plan.nodes.indices {
            if dropped.contains(plan.nodes[index].node.name) { plan.nodes[index].state = .waiting(.outsidePlan) }
            if !scope.removeTaint.contains(plan.nodes[index].node.uid) { plan.nodes[index].removesTaint = false }
        }
        for index in plan.addresses.indices {
            if case .claimed(let node) = plan.addresses[index].state, dropped.contains(node) { plan.addresses[index].state = .unbound }
        }
        return plan
    }
}

extension AddressPlan {
    fileprivate var isToBeHad: Bool {
        switch state {
        case .unbound, .claimed: true
        case .bound, .boundElsewhere, .unknown: false
        }
    }
}

extension NodePlan {
    /// It gets an address by this very plan, only later.
    fileprivate var isDeferred: Bool {
        guard case .waiting(let reason) = state else { return false }
        switch reason {
        case .notAdmitted, .concurrency, .firstSwap: return true
        default: return false
        }
    }
}

import Model

/// Whether an address may be taken off a pool node: rule 7 of the plan. Pure.
///
/// An ephemeral address may, and so may a static one that left this policy's reserved set. Which of the two an address is only the
/// project's whole list tells: an ephemeral address is in no list of Addresses. That a listed one was in the set once is told by a rule
/// of ours that was written for it: as long as a node holds it, that rule stays.
///
/// Only the policy's own project is listed, since only its Addresses can be in the reserved set. An instance of another project can hold
/// Addresses of that project, which can't be told from ephemeral ones here: it is never swapped (`Whitelist.Addresses.canBeHeld`).
enum Detachment: Hashable {
    case allowed
    /// An Address of the project outside the reserved set, which no rule of this policy is for.
    case otherStatic(AddressReference)
    /// The Address belongs to the reserved set: what holds it stays as it is.
    case reserved(AddressReference)
    case unknown(Unknown)
    /// The project's list is needed and was not asked for yet.
    case notAsked

    /// - Parameter ip: what the instance holds; `nil` while an ephemeral address is being drawn.
    static func of(
        _ ip: IPAddress?, on instance: InstanceReference, policy: Whitelist, observation: Observation, context: PlanningContext,
        facts: PoolFacts
    ) -> Detachment {
        guard let ip else { return .allowed }
        if let address = facts.reserved.first(where: { $0.cidr.contains(ip) }), !Mutant.forgetsWhatIsBound.isActive {
            return .reserved(address.reference)
        }
        switch observation.projectAddresses {
        case nil: return .notAsked
        case .unknown(let unknown): return .unknown(unknown)
        case .known(let listing):
            guard let address = facts.listed[ip] else {
                return listing.unknownRegions[instance.region].map { .unknown($0.of(region: instance.region)) } ?? .allowed
            }
            if policy.addresses.selects(address), !Mutant.forgetsWhatIsBound.isActive {
                return .unknown(
                    Unknown(.partial, "\(address.reference) came into the reserved set while this pass was reading; the next one sees it"))
            }
            return Mutant.takesOffStaticAddresses.isActive || hasLeft(address, policy, observation, context)
                ? .allowed : .otherStatic(address.reference)
        }
    }

    /// The static Address that an instance keeps which was not read: where Kubernetes shows nothing else on the node, and the project's
    /// list names the instance as the Address's user. One alone may be old, or of another interface.
    static func kept(
        by node: Node, policy: Whitelist, observation: Observation, context: PlanningContext, facts: PoolFacts
    ) -> AddressReference? {
        guard let instance = node.instance else { return nil }
        var kept: AddressReference?
        for ip in node.externalIPs where ip.family == .v4 {
            guard facts.listed[ip]?.users.contains(.instance(instance)) == true,
                case .otherStatic(let address) = of(
                    ip, on: instance, policy: policy, observation: observation, context: context, facts: facts)
            else { return nil }
            kept = kept ?? address
        }
        return kept
    }

    /// Whether one of the policy's groups has a rule that this policy wrote for this very Address. A group that can't be read counts as
    /// it was last read.
    private static func hasLeft(_ address: Address, _ policy: Whitelist, _ observation: Observation, _ context: PlanningContext) -> Bool {
        policy.securityGroups.contains { group in
            let reading = observation.groups[group.reference]?.value ?? context.lastGood[group.reference]
            return (reading?.rules ?? []).contains { rule in
                guard let owner = RuleClass.writer(of: rule, group: group) else { return false }
                return owner == RuleOwner(policy: policy.name, address: address) && rule.source == .cidr(address.cidr)
            }
        }
    }
}

extension Unknown {
    /// The same, said of one region of several.
    func of(region: String) -> Unknown { Unknown(cause, "region \(region): \(message)") }

    /// All of several regions, the first five by name; `nil` for none.
    init?(regions: [String: Unknown]) {
        let all = regions.sorted { $0.key < $1.key }.map { $0.value.of(region: $0.key) }
        guard let first = all.first else { return nil }
        let more = all.count > 5 ? "; and \((all.count - 5).counting("more region"))" : ""
        let isOneCause = all.allSatisfy { $0.cause == first.cause }
        self.init(isOneCause ? first.cause : .partial, all.prefix(5).map(\.message).joined(separator: "; ") + more)
    }
}

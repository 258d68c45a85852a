import Model

/// Swaps that someone began and nobody carries on, and which Addresses they may end with.
extension PoolPlanner {
    /// A swap that a crash, a lost leadership or another failure left behind is finished or restored before anything else,
    /// whatever the limit of swaps at a time: its node may be without any external address.
    func resume(_ node: Node, _ claim: SwapClaim, _ outcome: inout Outcome) -> NodeState {
        let claimed = facts.reserved.first { $0.reference == claim.address && $0.ip == claim.ip }
        let heldByOther = claimed.map { address in address.users.contains { $0 != node.instance.map(AddressUser.instance) } } ?? false
        // On the node that this controller runs on nothing is taken off: a claim there only puts an address on where there is none.
        var stands = node.name != context.ownNode && (claimed.map { !heldByOther && notAdmitted($0).isEmpty } ?? false)
        if stands { stands = mayTakeOff(claim, node, &outcome) }
        outcome.resumes.append(ResumedSwap(node: node, claim: claim, alternatives: [], claimStands: stands, policy: policy.name))
        return .swapping(claim.address)
    }

    /// Whether the address from before the swap may still be taken off, should it be on. For a claim of this policy that was asked before
    /// it was written, so only what is known to have changed since counts. For one of another policy nothing was asked on this one's
    /// account.
    private func mayTakeOff(_ claim: SwapClaim, _ node: Node, _ outcome: inout Outcome) -> Bool {
        guard let instance = node.instance else { return true }
        guard policy.addresses.canBeHeld(by: instance) else { return false }
        let isOwn = claim.policy == policy.name
        switch detachment(of: claim.previousIP, on: instance) {
        case .allowed: return true
        case .otherStatic, .reserved: return false
        case .unknown(let unknown):
            if !isOwn { outcome.unknowns.append(unknown) }
            return isOwn
        case .notAsked:
            if !isOwn { outcome.wantsProjectAddresses = true }
            return isOwn
        }
    }

    /// A node that left the pool in mid-swap gets no reserved address any more, but it is not left without any: what was begun on it is
    /// settled.
    func takeUpStrays(_ outcome: inout Outcome) {
        guard !isPaused else { return }
        let pool = Set(facts.nodes.map(\.name))
        for node in observation.strays.sorted(by: { $0.name < $1.name }) {
            guard let claim = node.claim, claim.policy == policy.name, !pool.contains(node.name), context.activeSwaps[node.name] == nil,
                context.coolingDown[node.name] == nil
            else { continue }
            outcome.resumes.append(
                ResumedSwap(
                    node: node, claim: claim, alternatives: [], claimStands: Mutant.swapsWhatLeftThePool.isActive, policy: policy.name))
        }
    }

    // MARK: Alternatives

    /// How many other Addresses a swap is given at most.
    private static let alternativesLimit = 3

    /// An interrupted swap whose claimed Address won't do may have a node without any address: it chooses before nodes that only wait.
    func reserveAlternatives(_ free: inout [Address], _ outcome: inout Outcome) {
        for index in outcome.resumes.indices where !outcome.resumes[index].claimStands {
            if let address = take(outcome.resumes[index].place, &free) { outcome.resumes[index].alternatives.append(address) }
        }
    }

    /// What is left is offered in turn, each Address to one swap: two that are refused at a time must not try the same one.
    func offerAlternatives(_ free: [Address], _ outcome: inout Outcome) {
        var free = free
        for count in 0..<Self.alternativesLimit {
            for index in outcome.resumes.indices where outcome.resumes[index].alternatives.count == count {
                if let address = take(outcome.resumes[index].place, &free) { outcome.resumes[index].alternatives.append(address) }
            }
            for index in outcome.swaps.indices where outcome.swaps[index].alternatives.count == count {
                if let address = take(outcome.swaps[index].place, &free) { outcome.swaps[index].alternatives.append(address) }
            }
        }
    }

    private func take(_ place: Place, _ free: inout [Address]) -> Address? {
        let index = free.firstIndex {
            $0.reference.region == place.region && $0.networkTier == place.tier
                && (place.project.map([$0.reference.project].contains) ?? true)
                && notAdmitted($0).isEmpty
        }
        return index.map { free.remove(at: $0) }
    }
}

/// Where an Address has to be to fit.
private struct Place {
    /// The instance's; `nil` where it is not known.
    var project: String?
    var region: String
    var tier: NetworkTier
}

extension ResumedSwap {
    fileprivate var place: Place { Place(project: node.instance?.project, region: claim.address.region, tier: claim.networkTier) }
}

extension PlannedSwap {
    fileprivate var place: Place { Place(project: instance.reference.project, region: address.reference.region, tier: address.networkTier) }
}

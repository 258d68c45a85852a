import Model
import Planning

/// What begins and ends with the lease: approvals, what is under way, and the search for claims outside the pool.
extension ReconcilerMachine {
    /// A follower keeps none: the plan that a person looked at may be long gone when it comes to lead. What stands on the lease then is
    /// told anew.
    mutating func approve(_ digest: String, _ now: Instant) {
        guard mode == .dryRun || isLeading else { return }
        digests[digest] = now
        wantsPass = true
        wantsResync = true
    }

    mutating func lead(_ leads: Bool) -> [Reconciler.Effect] {
        guard leads != isLeading else { return [] }
        var effects: [Reconciler.Effect] = []
        isLeading = leads
        if leads {
            wantsPass = true
            wantsResync = true
            straySearch = .wanted
            unknownPasses = 0
            // What failed here failed long ago: others have worked on it since.
            coolDowns = [:]
            groupCoolDowns = [:]
            taintCoolDowns = [:]
        } else if mode == .write {
            digests = [:]
            approved = []
            effects = leftBare
            // The successor takes the swaps up from their claims. What is still under way here can write nothing any more.
            swaps = [:]
            bareNodes = [:]
            works = [:]
            removingTaint = []
            phase = .idle
            straySearch = .over
            claimedNodes = []
            refusal = nil
        }
        return effects
    }

    /// Each node whose address this process has taken off, and can put none on any more.
    private var leftBare: [Reconciler.Effect] {
        let bare = swaps.values.filter { $0.machine.mayBeBare == true }.map(\.machine.node) + bareNodes.values.map(\.node)
        let nodes = Dictionary(bare.map { ($0.name, $0) }) { first, _ in first }
        return nodes.values.sorted { $0.name < $1.name }.map { node in
            let message =
                "this replica lost the lease while \(node.name)'s address was off, or coming off; whoever leads next finishes it by its claim"
            return .notice(Notice(.nodeWithoutAddress, .error, policy: policy.name, subject: node.name, message: message, node: node))
        }
    }

    /// The whole cluster is listed once when leadership begins, and again when a swap ended unsettled: else nobody would see the claim of
    /// a node that left the pool.
    mutating func seekStrays() -> [Reconciler.Effect] {
        guard straySearch == .wanted, isActive, mode == .write, policy.nodes != nil, !policy.suspend, !whitelistOnly else { return [] }
        straySearch = Mutant.seeksNoStrays.isActive ? .over : .underWay
        return Mutant.seeksNoStrays.isActive ? [] : [.seekStrays]
    }

    /// A node that leaves the pool with a claim on it, while no swap of it is under way, is in no list of the pool any more: the whole
    /// cluster is listed again.
    mutating func noteClaims(_ plan: Plan) {
        guard plan.nodesUnknown == nil else { return }
        let known = plan.nodes.map(\.node.name) + strays.map(\.name) + swaps.values.map(\.machine.node.name)
        if isActive, !claimedNodes.subtracting(known).isEmpty { straySearch = .wanted }
        claimedNodes = Set(plan.nodes.filter { $0.node.claim != nil }.map(\.node.name))
    }

    mutating func found(_ reading: Reading<[Node]>) {
        guard straySearch == .underWay else { return }
        switch reading {
        case .known(let nodes):
            straySearch = .over
            strays = nodes
            if !nodes.isEmpty { wantsPass = true }
        // With the next resync.
        case .unknown: straySearch = .failed
        }
    }
}

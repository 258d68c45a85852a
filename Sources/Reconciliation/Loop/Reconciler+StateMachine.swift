package import Model
package import Planning

/// One policy's loop: observe → plan → apply → report, again and again. A value: stepped with what happened, it returns what to do.
///
/// Passes observe and plan, one after the other. What a pass begins lives on beside the following passes: each swap on its own, each
/// group's work on its own. So one node's trouble never delays another's, and a slow AWS does not hold up the nodes.
package struct ReconcilerMachine: Sendable {
    package let policy: Whitelist
    let mode: Reconciler.Mode
    let times: LoopTimes
    let ownNode: String?
    let otherPorts: [SecurityGroupReference: [ManagedPort]]
    /// The names of the other policies that this process runs: they settle their own claims.
    var otherPolicies: Set<String>
    let whitelistOnly: Bool
    /// A saved plan is carried out, and nothing that is not in it.
    package var scope: PlanScope?
    let hash: @Sendable ([UInt8]) -> String
    let uuid: @Sendable () -> String

    enum Phase: Sendable {
        case idle
        case observing(pass: Int)
        case inquiring(pass: Int, Observation, round: Int)
    }

    var phase = Phase.idle
    var isStarted = false
    var isLeading = false
    var isStopping = false
    var isStopped = false

    var pass = 0
    var passStartedAt: Instant?
    var resyncAt: Instant?
    var wantsPass = false
    var wantsResync = true
    var unknownPasses = 0
    /// What the one timer is set to.
    var wakeAt: Instant?

    var swaps: [Int: ActiveSwap] = [:]
    var works: [Int: GroupWorkMachine] = [:]
    var nextID = 1
    var groupReadings: [SecurityGroupReference: GroupReading] = [:]
    /// Groups on which work ended in trouble: what it left is not known before they are read again.
    var mustRead: Set<SecurityGroupReference> = []
    /// Groups whose last reading failed, and why: an older reading of theirs is no present one.
    var unreadable: [SecurityGroupReference: Unknown] = [:]
    var coolDowns: [String: CoolDown] = [:]
    var groupCoolDowns: [SecurityGroupReference: CoolDown] = [:]
    var taintCoolDowns: [String: CoolDown] = [:]
    /// Nodes that may be without an address since their swap ended unsettled, until it is taken up and settled.
    var bareNodes: [String: BareNode] = [:]
    var refusedUntil: [AddressReference: Instant] = [:]
    var removingTaint: Set<String> = []
    var strays: [Node] = []
    /// An access config was refused for a cause that all nodes share: no new swap until this is over, then one at a time until one
    /// succeeds.
    var refusal: CoolDown?
    /// A swap has succeeded since this process began: what it may do, and what GCE allows, is known.
    var isProven = false
    var straySearch = StraySearch.over
    /// Nodes of the pool that carried a claim when they were last listed.
    var claimedNodes: Set<String> = []
    /// Swaps and taints that were settled since the pass began: what it observes of them may be older. The next pass sees how they ended.
    var settledSwaps: [String: AddressReference] = [:]
    var settledTaints: Set<String> = []
    /// Approvals that no plan has taken up yet, and when they came.
    var digests: [String: Instant] = [:]
    /// Rules whose revocation was approved, for as long as it is due.
    var approved: Set<RuleReference> = []
    var troubles: [String] = []

    enum StraySearch: Sendable { case wanted, underWay, failed, over }

    struct ActiveSwap: Sendable {
        var machine: SwapMachine
        var began: Instant
        /// The same for people.
        var startedAt: Timestamp
    }

    /// The last good reading of a group and when it was made.
    struct GroupReading: Sendable {
        var group: SecurityGroup
        var at: Instant
        /// Rules of it whose revoke was sent since.
        var leaving: Set<String> = []

        var remaining: SecurityGroup { SecurityGroup(reference: group.reference, rules: group.rules.filter { !leaving.contains($0.id) }) }
    }

    struct BareNode: Sendable {
        var node: Node
        /// Seen so, not only possible.
        var isCertain: Bool
        var reason: String
    }

    struct CoolDown: Sendable {
        var until: Instant
        var failures: Int
        var reason: String
    }

    package init(
        policy: Whitelist, mode: Reconciler.Mode, times: LoopTimes, ownNode: String?, otherPorts: [SecurityGroupReference: [ManagedPort]],
        otherPolicies: Set<String> = [], whitelistOnly: Bool, hash: @escaping @Sendable ([UInt8]) -> String,
        uuid: @escaping @Sendable () -> String
    ) {
        self.policy = policy
        self.mode = mode
        self.times = times
        self.ownNode = ownNode
        self.otherPorts = otherPorts
        self.otherPolicies = otherPolicies
        self.whitelistOnly = whitelistOnly
        self.hash = hash
        self.uuid = uuid
    }

    package mutating func step(now: Moment, _ input: Reconciler.Input) -> [Reconciler.Effect] {
        guard !isStopped else { return [] }
        var effects: [Reconciler.Effect] = []
        switch input {
        case .start:
            isStarted = true
            wantsPass = true
        case .leading(let leads): effects += lead(leads)
        case .wake: wantsPass = true
        case .otherPolicies(let names): otherPolicies = names
        case .elapsed: elapsed(now.instant)
        case .approve(let digest): approve(digest, now.instant)
        case .observed(let id, let observation): effects += observed(id, observation, now)
        case .answered(let id, let answers): effects += answered(id, answers, now)
        case .strays(let reading): found(reading)
        case .group(let id, let input): effects += stepWork(id, input, now)
        case .swap(let id, let input): effects += stepSwap(id, input, now)
        case .taintRemoved(let node, let result): effects += taintRemoved(node, result, now)
        case .stop: effects += stop(now)
        }
        return effects + seekStrays() + goOn(now)
    }

    /// Whether passes are run at all: a follower leaves the clouds alone.
    var isActive: Bool { isStarted && !isStopping && (mode == .dryRun || isLeading) }

    private mutating func elapsed(_ now: Instant) {
        wakeAt = nil
        if let resyncAt, now >= resyncAt {
            wantsPass = true
            wantsResync = true
        }
    }

    private mutating func stop(_ now: Moment) -> [Reconciler.Effect] {
        isStopping = true
        phase = .idle
        if !Mutant.revokesAfterStop.isActive { works = [:] }
        var effects: [Reconciler.Effect] = []
        for id in swaps.keys.sorted() { effects += stepSwap(id, .stop, now) }
        return effects
    }

    /// Begins the next pass when one is wanted and may begin, and sets the clock otherwise.
    private mutating func goOn(_ now: Moment) -> [Reconciler.Effect] {
        if isStopping {
            guard swaps.isEmpty else { return [] }
            isStopped = true
            return [.stopped]
        }
        guard isActive, case .idle = phase else { return [] }
        if let passStartedAt, coolDownEnds.contains(where: { $0 > passStartedAt && $0 <= now.instant }) { wantsPass = true }
        if wantsPass {
            let earliest = passStartedAt.map { $0 + times.spacing } ?? now.instant
            guard now.instant >= earliest else { return wake(at: earliest) }
            return beginPass(now)
        }
        let due = [resyncAt, coolDownEnds.filter { $0 > now.instant }.min()].compactMap(\.self).min()
        return due.map { wake(at: $0) } ?? []
    }

    private var coolDownEnds: [Instant] {
        [refusal?.until].compactMap(\.self) + coolDowns.values.map(\.until) + groupCoolDowns.values.map(\.until)
            + taintCoolDowns.values.map(\.until)
    }

    private mutating func wake(at instant: Instant) -> [Reconciler.Effect] {
        guard wakeAt != instant else { return [] }
        wakeAt = instant
        return [.wake(at: instant)]
    }

    private mutating func beginPass(_ now: Moment) -> [Reconciler.Effect] {
        pass += 1
        wantsPass = false
        passStartedAt = now.instant
        settledSwaps = [:]
        settledTaints = []
        func isRemembered(_ coolDown: CoolDown) -> Bool { coolDown.until + times.longestCoolDown > now.instant }
        coolDowns = coolDowns.filter { isRemembered($0.value) }
        groupCoolDowns = groupCoolDowns.filter { isRemembered($0.value) }
        taintCoolDowns = taintCoolDowns.filter { isRemembered($0.value) }
        refusedUntil = refusedUntil.filter { $0.value > now.instant }
        let busy = Set(works.values.map(\.group))
        let groups = policy.securityGroups.filter { group in
            guard !busy.contains(group.reference) else { return false }
            return wantsResync || mustRead.contains(group.reference) || groupReadings[group.reference] == nil
        }
        if wantsResync { resyncAt = now.instant + times.interval }
        if wantsResync && straySearch == .failed { straySearch = .wanted }
        wantsResync = false
        phase = .observing(pass: pass)
        return [.observe(pass: pass, groups: groups)]
    }

    // MARK: Observing

    private mutating func observed(_ id: Int, _ observation: Observation, _ now: Moment) -> [Reconciler.Effect] {
        guard case .observing(let current) = phase, current == id else { return [] }
        var observation = observation
        for (reference, reading) in observation.groups {
            unreadable[reference] = reading.unknown
            mustRead.remove(reference)
            if case .known(let group) = reading { groupReadings[reference] = GroupReading(group: group, at: now.instant) }
        }
        // Between resyncs, and while its work is under way, a group is seen as it was last read; nothing is revoked on that before it is
        // read again.
        for group in policy.securityGroups where observation.groups[group.reference] == nil {
            observation.groups[group.reference] = lastReading(group.reference, now)
        }
        return inquire(observation, round: 0, now)
    }

    private func lastReading(_ group: SecurityGroupReference, _ now: Moment) -> Reading<SecurityGroup>? {
        if let unknown = unreadable[group] { return .unknown(unknown) }
        guard let last = groupReadings[group] else { return nil }
        guard now.instant - last.at <= times.lastGoodAge else {
            return .unknown(Unknown(.failed, "\(group) was last read \((now.instant - last.at).brief) ago, and work on it does not end"))
        }
        return .known(last.group)
    }

    private mutating func answered(_ id: Int, _ answers: [Inquiry: Reconciler.Answer], _ now: Moment) -> [Reconciler.Effect] {
        guard case .inquiring(let current, var observation, let round) = phase, current == id else { return [] }
        for (inquiry, answer) in answers {
            switch (inquiry, answer) {
            case (.instance(let reference), .instance(let reading)): observation.instances[reference] = reading
            case (.projectAddresses, .projectAddresses(let reading)): observation.projectAddresses = reading
            case (.lookup(let reference), .lookup(let reading)): observation.lookups[reference] = reading
            default: break
            }
        }
        return inquire(observation, round: round + 1, now)
    }

    private mutating func inquire(_ observation: Observation, round: Int, _ now: Moment) -> [Reconciler.Effect] {
        var observation = observation
        observation.strays = strays
        // A group's work may have read it since the pass began: the latest reading counts, and what it leaves open is asked.
        for (reference, last) in groupReadings {
            if case .known = observation.groups[reference] { observation.groups[reference] = .known(last.group) }
        }
        let open = round < Inquiry.roundLimit ? Inquiry.open(policy: policy, observation: observation, context: context(now)) : []
        guard !open.isEmpty else {
            phase = .idle
            return apply(observation, now)
        }
        phase = .inquiring(pass: pass, observation, round: round)
        return [.inquire(pass: pass, open)]
    }

    func context(_ now: Moment) -> PlanningContext {
        var context = unlimitedContext(now)
        context.isProven = isProven
        context.scope = scope
        context.otherPolicies = otherPolicies
        context.claimIsFresh = times.swap.claimIsFresh
        context.swapLimit = refusal.map { PlanningContext.SwapLimit(count: $0.until > now.instant ? 0 : 1, reason: $0.reason) }
        return context
    }

    private func unlimitedContext(_ now: Moment) -> PlanningContext {
        PlanningContext(
            otherPorts: otherPorts, ownNode: ownNode,
            activeSwaps: settledSwaps.merging(swaps.values.map { ($0.machine.node.name, $0.machine.claim.address) }) { $1 },
            unavailable: Set(refusedUntil.filter { $0.value > now.instant }.keys),
            coolingDown: coolDowns.filter { $0.value.until > now.instant }.mapValues(\.reason),
            lastGood: groupReadings.filter { now.instant - $0.value.at <= times.lastGoodAge || Mutant.countsOldReadingsForBinding.isActive }
                .mapValues(\.remaining),
            approved: approved,
            beingRevoked: Dictionary(
                works.values.map { ($0.group, $0.doomed) } + groupReadings.map { ($0.key, $0.value.leaving) },
                uniquingKeysWith: { $0.union($1) }),
            whitelistOnly: whitelistOnly, hash: hash)
    }
}

package import Model
package import Planning

/// Brings one security group to its plan: rule 3 of the plan.
///
///     (describe) → revoke for room → authorize → describe until it shows → revoke → describe until it shows
///
/// Steps with nothing to do are left out. After each reading the plan is made anew from it, so every revoke follows from a reading that
/// shows what replaces it.
package struct GroupWorkMachine: Sendable {
    enum State: Hashable, Sendable {
        case idle
        /// Reading because what is known of the group is old or was contradicted.
        case rereading
        case makingRoom([SecurityGroupRule])
        case authorizing([IpPermission])
        case readingBack
        case revoking([SecurityGroupRule])
        case verifying
        case waitingToReadBack
        case waitingToVerify
        case finished
    }

    package let group: SecurityGroupReference
    /// The latest reading of the group.
    package private(set) var reading: SecurityGroup?
    package private(set) var readAt: Instant?
    /// Rules that this work is about to revoke, by the latest plan: nothing is to be bound on their account.
    private(set) var doomed: Set<String> = []

    private let policy: Whitelist
    private var observation: Observation
    /// Kept up to date by the reconciler: swaps begin and approvals come while the work goes on.
    var context: PlanningContext
    private let times: GroupWorkTimes

    private var state = State.idle
    private var startedAt: Timestamp?
    private var startsFromOldReading: Bool
    private var pendingAuthorizations: Set<IpPermission> = []
    private var pendingRevocations: Set<String> = []
    /// Writes whose answers were lost, until a reading shows that they took effect.
    private var doubtfulAuthorizations: [IpPermission] = []
    private var doubtfulRevocations: [SecurityGroupRule] = []
    private var delays = 0
    private var rounds = 0
    private var outcome = GroupWork.Outcome()
    private var mayAuthorize = true

    /// - Parameter startsFromOldReading: the observation's reading of the group was not made in this pass.
    package init(
        policy: Whitelist, group: SecurityGroupReference, observation: Observation, context: PlanningContext, startsFromOldReading: Bool,
        times: GroupWorkTimes
    ) {
        self.policy = policy
        self.group = group
        self.observation = observation
        self.context = context
        self.startsFromOldReading = startsFromOldReading
        self.times = times
    }

    package var isFinished: Bool { state == .finished }

    /// Takes over what a later pass has read of Addresses, nodes and other groups; this group's own reading is the work's.
    mutating func refresh(_ later: Observation) {
        let own = observation.groups[group]
        observation = later
        observation.groups[group] = own
    }

    package mutating func step(now: Moment, _ input: GroupWork.Input) -> [GroupWork.Effect] {
        switch (state, input) {
        case (.idle, .start):
            startedAt = now.wall
            guard startsFromOldReading else { return advance(now) }
            state = .rereading
            return [.describe]
        case (.rereading, .described(let result)): return taken(result, now) ?? advance(now)
        case (.makingRoom(let rules), .revoked(let result)): return madeRoom(rules, result, now)
        case (.authorizing(let permissions), .authorized(let result)): return authorized(permissions, result, now)
        case (.readingBack, .described(let result)): return taken(result, now) ?? readBack(now)
        case (.revoking(let rules), .revoked(let result)): return revoked(rules, result)
        case (.verifying, .described(let result)): return taken(result, now) ?? verified(now)
        case (.waitingToReadBack, .elapsed):
            state = .readingBack
            return [.describe]
        case (.waitingToVerify, .elapsed):
            state = .verifying
            return [.describe]
        default: return []
        }
    }

    /// What it is at, for people; `nil` before it has begun and once it is over.
    package var activity: Activity.Work? {
        let step: Activity.Work.Step? =
            switch state {
            case .idle, .finished: nil
            case .rereading: .reading
            case .makingRoom: .makingRoom
            case .authorizing: .authorizing
            case .readingBack, .waitingToReadBack: .readingBack
            case .revoking: .revoking
            case .verifying, .waitingToVerify: .verifying
            }
        guard let step, let startedAt else { return nil }
        return Activity.Work(group: group, step: step, since: startedAt)
    }

    // MARK: Deciding

    private var plan: GroupPlan? {
        Planner.plan(policy: policy, observation: observation, context: context).groups.first { $0.group == group }
    }

    /// The next write that the latest reading calls for.
    private mutating func advance(_ now: Moment) -> [GroupWork.Effect] {
        guard let plan, plan.unknown == nil else { return finish() }
        doomed = Set(plan.revocations.map(\.rule.id))
        rounds += 1
        guard rounds <= times.rounds else {
            return finish(trouble: "\(group): not converged after \(times.rounds) rounds; the next pass goes on")
        }
        let mayRevoke = now.instant - observation.at.instant <= times.observationAge
        if !plan.authorizations.isEmpty && mayAuthorize && (plan.revocations.isEmpty || !Mutant.revokesBeforeAuthorizing.isActive) {
            guard plan.roomMaking.isEmpty else {
                return mayRevoke
                    ? makeRoom(plan.roomMaking.map(\.rule)) : finish(trouble: "\(group): the readings are too old to make room on")
            }
            return authorize(plan.authorizations.map(\.permission))
        }
        // Without the read-back of all that is missing only what is released for certain may go.
        let due =
            plan.authorizations.isEmpty || Mutant.revokesBeforeAuthorizing.isActive
            ? plan.revocations : plan.revocations.filter { $0.reason == .confirmedRelease }
        guard !due.isEmpty, mayRevoke else { return finish() }
        let rules = Array(due.map(\.rule).prefix(1000))
        state = .revoking(rules)
        return [.revoke(rules)]
    }

    private mutating func makeRoom(_ rules: [SecurityGroupRule]) -> [GroupWork.Effect] {
        state = .makingRoom(rules)
        return [.revoke(rules)]
    }

    private mutating func authorize(_ permissions: [IpPermission]) -> [GroupWork.Effect] {
        let batch = Array(permissions.prefix(1000))
        state = .authorizing(batch)
        return [.authorize(batch)]
    }

    // MARK: What came back

    /// Takes a reading over; what to do instead of going on, if there is none.
    private mutating func taken(_ result: Result<SecurityGroup, APIError>, _ now: Moment) -> [GroupWork.Effect]? {
        switch result {
        case .success(let value):
            reading = value
            readAt = now.instant
            observation.groups[group] = .known(value)
            settleDoubts(value)
            return nil
        case .failure(let error):
            note(error)
            return finish()
        }
    }

    /// What was written though its answer was lost is told as what it is.
    private mutating func settleDoubts(_ value: SecurityGroup) {
        let shown = Set(value.rules.map { Key($0.traffic, $0.source) })
        let took = doubtfulAuthorizations.filter { shown.contains(Key($0.traffic, .cidr($0.cidr))) }
        outcome.authorized += took
        doubtfulAuthorizations.removeAll(where: took.contains)
        let ids = Set(value.rules.map(\.id))
        outcome.revoked += doubtfulRevocations.filter { !ids.contains($0.id) }
        doubtfulRevocations.removeAll { !ids.contains($0.id) }
    }

    private mutating func madeRoom(_ rules: [SecurityGroupRule], _ result: Result<Void, APIError>, _ now: Moment) -> [GroupWork.Effect] {
        switch result {
        case .success:
            outcome.revoked += rules
            let gone = Set(rules.map(\.id))
            if case .known(var value) = observation.groups[group] {
                value.rules.removeAll { gone.contains($0.id) }
                observation.groups[group] = .known(value)
            }
            guard let plan, !plan.authorizations.isEmpty, plan.roomMaking.isEmpty else { return reread() }
            return authorize(plan.authorizations.map(\.permission))
        case .failure(let error):
            doubt(rules, error)
            return afterFailure(error)
        }
    }

    private mutating func authorized(_ permissions: [IpPermission], _ result: Result<Void, APIError>, _ now: Moment) -> [GroupWork.Effect] {
        switch result {
        case .success:
            outcome.authorized += permissions
            doubtfulAuthorizations.removeAll(where: permissions.contains)
            pendingAuthorizations = Set(permissions)
            delays = 0
            state = .readingBack
            if Mutant.skipsTheReadBack.isActive, var believed = observation.groups[group]?.value {
                believed.rules += permissions.map {
                    SecurityGroupRule(id: "", traffic: $0.traffic, source: .cidr($0.cidr), description: $0.description)
                }
                return taken(.success(believed), now) ?? readBack(now)
            }
            return [.describe]
        case .failure(let error):
            if error.disposition != .reread { mayAuthorize = false }
            if error.mayHaveTakenEffect { doubtfulAuthorizations += permissions.filter { !doubtfulAuthorizations.contains($0) } }
            return afterFailure(error)
        }
    }

    private mutating func readBack(_ now: Moment) -> [GroupWork.Effect] {
        let shown = Set((reading?.rules ?? []).map { Key($0.traffic, $0.source) })
        let open = pendingAuthorizations.filter { !shown.contains(Key($0.traffic, .cidr($0.cidr))) }
        guard open.isEmpty else {
            return delay(.waitingToReadBack)
                ?? finish(trouble: "\(group): \(open.count) authorized rules are not shown by EC2 yet; nothing is revoked until they are")
        }
        pendingAuthorizations = []
        return advance(now)
    }

    private mutating func revoked(_ rules: [SecurityGroupRule], _ result: Result<Void, APIError>) -> [GroupWork.Effect] {
        switch result {
        case .success:
            outcome.revoked += rules
            doubtfulRevocations.removeAll(where: rules.contains)
            pendingRevocations = Set(rules.map(\.id))
            delays = 0
            state = .verifying
            return [.describe]
        case .failure(let error):
            doubt(rules, error)
            return afterFailure(error)
        }
    }

    private mutating func doubt(_ rules: [SecurityGroupRule], _ error: APIError) {
        if error.mayHaveTakenEffect { doubtfulRevocations += rules.filter { !doubtfulRevocations.contains($0) } }
    }

    private mutating func verified(_ now: Moment) -> [GroupWork.Effect] {
        let open = pendingRevocations.intersection((reading?.rules ?? []).map(\.id))
        guard open.isEmpty else {
            return delay(.waitingToVerify) ?? finish(trouble: "\(group): \(open.count) revoked rules are still shown by EC2")
        }
        pendingRevocations = []
        return advance(now)
    }

    /// A write that failed: whatever it came to, the group is read before anything else is decided.
    private mutating func afterFailure(_ error: APIError) -> [GroupWork.Effect] {
        note(error)
        switch error.disposition {
        case .reread, .permanent, .denied: return reread()
        case .retry, .missing: return finish()
        }
    }

    private mutating func reread() -> [GroupWork.Effect] {
        guard rounds < times.rounds else { return finish() }
        state = .rereading
        return [.describe]
    }

    private mutating func delay(_ next: State) -> [GroupWork.Effect]? {
        guard delays < times.readBacks else { return nil }
        delays += 1
        state = next
        return [.wait(min(times.firstDelay * (1 << min(delays - 1, 10)), times.longestDelay))]
    }

    private mutating func note(_ error: APIError) {
        outcome.troubles.append(GroupWork.Trouble(message: "\(error)", isDenied: error.isDenied))
    }

    private mutating func finish(trouble: String? = nil) -> [GroupWork.Effect] {
        if let trouble { outcome.troubles.append(GroupWork.Trouble(message: trouble, isDenied: false)) }
        state = .finished
        return [.finish(outcome)]
    }

    private struct Key: Hashable {
        var traffic: Traffic
        var source: SecurityGroupRule.Source

        init(_ traffic: Traffic, _ source: SecurityGroupRule.Source) {
            self.traffic = traffic
            self.source = source
        }
    }
}

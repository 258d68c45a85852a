import Model
import Planning

extension ReconcilerMachine {
    /// Plans from a whole observation and begins what the plan calls for.
    mutating func apply(_ observation: Observation, _ now: Moment) -> [Reconciler.Effect] {
        for id in works.keys { works[id]?.refresh(observation) }
        var context = context(now)
        var plan = Planner.plan(policy: policy, observation: observation, context: context)
        var settled = lapseApprovals(
            after: plan.unknowns.isEmpty && unknownPasses == 0 ? times.approvalLapses : times.approvalLapsesUnknown, now)
        if let approval = plan.approval, digests.removeValue(forKey: approval.digest) != nil {
            settled.insert(approval.digest)
            // The approval is for these rules as they are; it goes on to hold for them while the work on them takes several readings.
            approved.formUnion(approval.rules)
            context.approved = approved
            plan = Planner.plan(policy: policy, observation: observation, context: context)
        }
        // A plan that knew everything, and was not what it approves: there is nothing more to wait for.
        if plan.unknowns.isEmpty {
            settled.formUnion(lapseApprovals(after: times.approvalLapses, now))
            keepApproved(plan)
        }
        let usable = Set(plan.addresses.filter { $0.state == .unbound && $0.notAdmittedIn.isEmpty }.map(\.address.reference))
        for id in swaps.keys { swaps[id]?.machine.keepAlternatives(where: usable.contains) }
        var effects: [Reconciler.Effect] = []
        if mode == .write && isLeading && !plan.isSuspended {
            for group in plan.groups { effects += beginWork(group, observation, context, now) }
            for swap in plan.resumes {
                guard let machine = SwapMachine(swap, times: times.swap, uuid: uuid) else { continue }
                effects += begin(machine, now)
            }
            for swap in plan.swaps {
                effects += begin(SwapMachine(swap, policy: policy.name, now: now.wall, times: times.swap, uuid: uuid), now)
            }
            for case .removeTaint(let node, let key) in plan.taintRemovals {
                if let coolDown = taintCoolDowns[node.name], coolDown.until > now.instant { continue }
                guard !settledTaints.contains(node.name), removingTaint.insert(node.name).inserted else { continue }
                effects.append(.removeTaint(node, key: key))
            }
        }
        noteClaims(plan)
        forgetBareNodes(plan)
        schedule(plan, now)
        effects.append(
            .planned(
                PassReport(
                    pass: pass, plan: plan, at: now, activeSwaps: swaps.count, activeGroups: works.count, troubles: troubles,
                    settledApprovals: settled, stranded: stranded, wantsPass: wantsPass,
                    took: passStartedAt.map { now.instant - $0 })))
        troubles = []
        return effects
    }

    /// - Returns: the digests that are forgotten.
    private mutating func lapseApprovals(after age: Duration, _ now: Moment) -> Set<String> {
        let lapsed = digests.filter { now.instant - $0.value >= age }.keys
        for digest in lapsed { digests[digest] = nil }
        return Set(lapsed)
    }

    /// An approval ends when what it is for is not due any more. A group on which work is under way, or ended in trouble, is not seen as
    /// it is: its rules may only seem to be gone.
    private mutating func keepApproved(_ plan: Plan) {
        let uncertain = mustRead.union(works.values.map(\.group))
        let due = Set(
            plan.groups.flatMap { group in
                (group.revocations + group.held.map(\.revocation)).map { RuleReference(group: group.group, rule: $0.rule) }
            })
        approved = approved.filter { uncertain.contains($0.group) || due.contains($0) }
    }

    /// What must not stay silent while it is being mended. Sorted by node.
    private var stranded: [StrandedNode] {
        let stuck = swaps.values.compactMap { swap in
            swap.machine.stranded.map { reason in
                StrandedNode(
                    node: swap.machine.node, isCertain: swap.machine.isBare,
                    reason: "it was taken off, and none can be put on (tried again and again): \(reason)")
            }
        }
        let open = bareNodes.values.map { bare in
            StrandedNode(
                node: bare.node, isCertain: bare.isCertain,
                reason: "its swap is not settled yet, and taken up again within seconds: \(bare.reason)")
        }
        // A swap that is under way knows more than what was left of the one before.
        let nodes = Dictionary((stuck + open).map { ($0.node.name, $0) }) { first, _ in first }
        return nodes.values.sorted { $0.node.name < $1.node.name }
    }

    /// Of a node that is gone, or whose claim a person took off, nothing is taken up any more.
    private mutating func forgetBareNodes(_ plan: Plan) {
        guard plan.nodesUnknown == nil, straySearch == .over else { return }
        let claimed = Set(
            plan.nodes.filter { $0.node.claim != nil }.map(\.node.name) + strays.map(\.name) + swaps.values.map(\.machine.node.name))
        bareNodes = bareNodes.filter { claimed.contains($0.key) || settledSwaps[$0.key] != nil }
    }

    /// What could not be read is asked again sooner than the next resync, ever more slowly.
    private mutating func schedule(_ plan: Plan, _ now: Moment) {
        guard !plan.unknowns.isEmpty else {
            unknownPasses = 0
            return
        }
        unknownPasses += 1
        let delay = min(times.afterUnknown * (1 << min(unknownPasses - 1, 10)), times.interval)
        resyncAt = min(resyncAt ?? now.instant + delay, now.instant + delay)
    }

    private mutating func beginWork(
        _ plan: GroupPlan, _ observation: Observation, _ context: PlanningContext, _ now: Moment
    ) -> [Reconciler.Effect] {
        let hasWork = !plan.authorizations.isEmpty || !plan.revocations.isEmpty
        guard plan.unknown == nil, hasWork, !works.values.contains(where: { $0.group == plan.group }) else { return [] }
        if let coolDown = groupCoolDowns[plan.group], coolDown.until > now.instant { return [] }
        var isOld = true
        if let readAt = groupReadings[plan.group]?.at, let passStartedAt { isOld = readAt < passStartedAt }
        let machine = GroupWorkMachine(
            policy: policy, group: plan.group, observation: observation, context: context, startsFromOldReading: isOld, times: times.group)
        let id = takeID()
        works[id] = machine
        return stepWork(id, .start, now)
    }

    private mutating func begin(_ machine: SwapMachine, _ now: Moment) -> [Reconciler.Effect] {
        let id = takeID()
        swaps[id] = ActiveSwap(machine: machine, began: now.instant, startedAt: now.wall)
        return [.notice(started(machine))] + stepSwap(id, .start, now)
    }

    private func started(_ machine: SwapMachine) -> Notice {
        let (node, claim) = (machine.node, machine.claim)
        let target = "\(claim.address.name) (\(claim.ip))"
        let message =
            machine.isResumed
            ? "the swap of \(node.name) to \(target) is taken up again from its claim"
            : "\(node.name) swaps \(claim.previousIP?.description ?? "an address being drawn") for \(target)"
        return Notice(.swapStarted, .info, policy: policy.name, subject: node.name, message: message, node: node)
    }

    private mutating func takeID() -> Int {
        defer { nextID += 1 }
        return nextID
    }

    mutating func stepWork(_ id: Int, _ input: GroupWork.Input, _ now: Moment) -> [Reconciler.Effect] {
        guard var work = works[id], let group = policy.securityGroups.first(where: { $0.reference == work.group }) else { return [] }
        work.context = context(now)
        work.context.beingRevoked[work.group] = nil
        let effects = work.step(now: now, input)
        works[id] = work
        let isRead = if case .described(.success) = input { true } else { Mutant.skipsTheReadBack.isActive }
        if isRead, let reading = work.reading, let at = work.readAt {
            groupReadings[work.group] = GroupReading(group: reading, at: at)
        }
        var result: [Reconciler.Effect] = []
        for effect in effects {
            if case .revoke(let rules) = effect {
                // Whatever becomes of the call and of the reading after it: these don't count for binding any more. For the brake they
                // do, until they are seen to be gone.
                groupReadings[work.group]?.leaving.formUnion(rules.map(\.id))
            }
            guard case .finish(let outcome) = effect else {
                result.append(.group(work: id, group, effect))
                continue
            }
            works[id] = nil
            wantsPass = true
            groupCoolDowns[group.reference] = outcome.troubles.last.map {
                coolDown(after: groupCoolDowns[group.reference], $0.message, first: times.afterUnknown, longest: times.interval, now)
            }
            if !outcome.troubles.isEmpty { mustRead.insert(group.reference) }
            result += report(outcome, group.reference)
        }
        // What was read back as admitted can be bound at once, while revokes are still under way.
        if case .described(.success) = input {
            unreadable[group.reference] = nil
            wantsPass = true
        }
        return result
    }

    private mutating func report(_ outcome: GroupWork.Outcome, _ group: SecurityGroupReference) -> [Reconciler.Effect] {
        var notices: [Notice] = []
        if !outcome.authorized.isEmpty {
            let list = outcome.authorized.map { "\($0.cidr) \($0.traffic)" }
            notices.append(
                Notice(.rulesAuthorized, .info, policy: policy.name, subject: "\(group)", message: "authorized \(brief(list)) in \(group)"))
        }
        if !outcome.revoked.isEmpty {
            let list = outcome.revoked.map { "\($0.source) \($0.traffic) (\($0.id))" }
            notices.append(
                Notice(.rulesRevoked, .info, policy: policy.name, subject: "\(group)", message: "revoked \(brief(list)) in \(group)"))
        }
        for trouble in outcome.troubles {
            troubles.append(trouble.message)
            notices.append(Notice(.syncFailed, .warning, policy: policy.name, subject: "\(group)", message: trouble.message))
        }
        return notices.map(Reconciler.Effect.notice)
    }

    private func brief(_ list: [String]) -> String {
        list.count <= 5 ? list.joined(separator: ", ") : list.prefix(5).joined(separator: ", ") + " and \(list.count - 5) more"
    }

    mutating func stepSwap(_ id: Int, _ input: Swap.Input, _ now: Moment) -> [Reconciler.Effect] {
        guard var swap = swaps[id] else { return [] }
        let before = (refusal: swap.machine.refusal, stranded: swap.machine.stranded)
        let effects = swap.machine.step(now: now.wall, input)
        swaps[id] = swap
        if let reason = swap.machine.refusal, before.refusal == nil {
            refusal = coolDown(
                after: refusal, "another node's swap met: \(reason)", first: times.coolDown, longest: times.longestCoolDown, now)
        }
        if swap.machine.stranded != nil && before.stranded == nil { wantsPass = true }
        var result: [Reconciler.Effect] = []
        for effect in effects {
            if case .finish(let outcome) = effect {
                swaps[id] = nil
                settledSwaps[swap.machine.node.name] = swap.machine.claim.address
                strays.removeAll { $0.name == swap.machine.node.name }
                if case .unsettled = outcome { straySearch = .wanted }
                wantsPass = true
                result.append(.notice(finished(swap, outcome, now)))
            } else {
                result.append(.swap(id: id, swap.machine.node, swap.machine.instance, effect))
            }
        }
        return result
    }

    private mutating func finished(_ swap: ActiveSwap, _ outcome: Swap.Outcome, _ now: Moment) -> Notice {
        let node = swap.machine.node
        if case .unsettled = outcome, swap.machine.mayBeBare == nil {} else { bareNodes[node.name] = nil }
        for address in swap.machine.refused { refusedUntil[address] = now.instant + times.refusedAddress }
        func notice(_ kind: Notice.Kind, _ severity: Notice.Severity, _ message: String) -> Notice {
            var notice = Notice(kind, severity, policy: policy.name, subject: node.name, message: message, node: node)
            let claim = swap.machine.claim
            notice.requestIDs = [claim.detachRequestID, claim.attachRequestID]
            return notice
        }
        switch outcome {
        case .bound(let address):
            coolDowns[node.name] = nil
            refusal = nil
            isProven = true
            let seconds = (now.instant - swap.began).brief
            return notice(.addressBound, .info, "\(node.name) holds \(address.name) (\(swap.machine.claim.ip)) after \(seconds)")
        case .instanceGone:
            return notice(.swapFailed, .info, "the instance of \(node.name) went away during its swap; nothing is left to finish")
        case .unchanged(let reason):
            coolDown(node, reason, now)
            return notice(.swapFailed, .warning, "\(node.name) keeps its address: \(reason)")
        case .restored(let reason):
            coolDown(node, reason, now)
            return notice(.swapFailed, .warning, "\(node.name) has an ephemeral address again: \(reason)")
        case .unsettled(let reason):
            coolDown(node, reason, longest: times.longestUnsettledCoolDown, now)
            if swap.machine.mayBeBare == true {
                bareNodes[node.name] = BareNode(node: node, isCertain: swap.machine.isBare, reason: reason)
            }
            return notice(.swapUnsettled, .warning, "the swap of \(node.name) is taken up again later, its claim stays: \(reason)")
        }
    }

    private mutating func coolDown(_ node: Node, _ reason: String, longest: Duration? = nil, _ now: Moment) {
        troubles.append("\(node.name): \(reason)")
        var next = coolDown(after: coolDowns[node.name], reason, first: times.coolDown, longest: longest ?? times.longestCoolDown, now)
        // Looks at a swap that is not settled are no failures: they must not make the rest long that comes after it.
        if longest != nil { next.failures = min(next.failures, 2) }
        coolDowns[node.name] = next
    }

    private func coolDown(after previous: CoolDown?, _ reason: String, first: Duration, longest: Duration, _ now: Moment) -> CoolDown {
        let failures = (previous?.failures ?? 0) + 1
        let delay = min(first * (1 << min(failures - 1, 10)), longest)
        return CoolDown(until: now.instant + delay, failures: failures, reason: reason)
    }

    mutating func taintRemoved(_ node: Node, _ result: Result<Void, APIError>, _ now: Moment) -> [Reconciler.Effect] {
        removingTaint.remove(node.name)
        settledTaints.insert(node.name)
        switch result {
        case .success:
            taintCoolDowns[node.name] = nil
            return [
                .notice(
                    Notice(
                        .taintRemoved, .info, policy: policy.name, subject: node.name,
                        message: "\(node.name) is bound and admitted: its startup taint is off", node: node))
            ]
        case .failure(let error):
            taintCoolDowns[node.name] = coolDown(
                after: taintCoolDowns[node.name], "\(error)", first: times.afterUnknown, longest: times.interval, now)
            troubles.append("\(error)")
            return [
                .notice(
                    Notice(
                        .syncFailed, .warning, policy: policy.name, subject: node.name,
                        message: "the startup taint of \(node.name) could not be taken off: \(error)", node: node))
            ]
        }
    }
}

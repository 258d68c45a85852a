import Model

extension GroupPlanner {
    /// Fits the authorizations into the quota. At the quota, due revocations that nothing depends on make room first, no more of them
    /// than needed; what still finds no room is left out, and named.
    ///
    /// - Parameter due: revocations as the brake has left them.
    func settle(_ draft: Draft, due: [Due]) -> GroupPlan {
        var plan = draft.plan
        guard plan.unknown == nil else { return plan }
        var accepted: [GroupPlan.Authorization] = []
        var roomMakers: [GroupPlan.Revocation] = []
        var available = due.filter { $0.hold == nil && makesRoom($0.revocation) }.map(\.revocation).sorted(by: roomOrder)
        for family in [IPAddress.Family.v4, .v6] {
            let wanted = draft.missing.filter { $0.permission.cidr.family == family }
            let used = QuotaUse.count(draft.rules, family: family)
            var room = max(0, group.ruleQuota - used)
            for (index, authorization) in wanted.enumerated() {
                if room == 0, let next = available.firstIndex(where: { $0.rule.source.cidr?.family == family }) {
                    roomMakers.append(available.remove(at: next))
                    room += 1
                }
                guard room > 0 else {
                    plan.withoutRoom += wanted[index...].map(\.address)
                    break
                }
                room -= 1
                accepted.append(authorization)
            }
        }
        plan.withoutRoom = plan.withoutRoom.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        plan.authorizations = accepted.sorted { $0.permission < $1.permission }
        plan.roomMaking = roomMakers.sorted { $0.rule.id < $1.rule.id }
        distribute(due, into: &plan, unmet: Set(plan.withoutRoom))
        plan.quota = [IPAddress.Family.v4, .v6].map { family in
            let before = QuotaUse.count(draft.rules, family: family)
            let gone = QuotaUse.count(plan.revocations.map(\.rule), family: family)
            let come = accepted.filter { $0.permission.cidr.family == family }.count
            return QuotaUse(family: family, before: before, after: before - gone + come, limit: group.ruleQuota)
        }
        return plan
    }

    /// Rules that admit a reserved address that is not admitted otherwise wait until it is.
    private func distribute(_ due: [Due], into plan: inout GroupPlan, unmet: Set<AddressReference>) {
        let unmetBlocks = facts.reserved.filter { unmet.contains($0.reference) }.map(\.cidr)
        for item in due where !Mutant.revokesNothing.isActive {
            var hold = item.hold
            if hold == nil, let block = item.revocation.rule.source.cidr {
                let waiting = unmetBlocks.filter { $0.overlaps(block) }
                if !waiting.isEmpty { hold = .notReadBack(waiting) }
            }
            if let hold {
                plan.held.append(GroupPlan.Held(revocation: item.revocation, hold: hold, needsApproval: item.needsApproval))
            } else {
                plan.revocations.append(item.revocation)
            }
        }
        plan.revocations.sort { $0.rule.id < $1.rule.id }
        plan.held.sort { $0.revocation.rule.id < $1.revocation.rule.id }
    }

    /// Only a rule of which no reserved address is part may go before the authorizations.
    private func makesRoom(_ revocation: GroupPlan.Revocation) -> Bool {
        guard let block = revocation.rule.source.cidr else { return false }
        return !facts.reservedSet.overlaps(block) || Mutant.makesRoomWithReserved.isActive
    }

    /// What is released first, then what this policy wrote, then foreign rules, the narrowest first.
    private func roomOrder(_ a: GroupPlan.Revocation, _ b: GroupPlan.Revocation) -> Bool {
        func rank(_ revocation: GroupPlan.Revocation) -> Int {
            switch revocation.reason {
            case .confirmedRelease: 0
            case .stale: 1
            case .foreign: 2
            }
        }
        func width(_ revocation: GroupPlan.Revocation) -> Int { -(revocation.rule.source.cidr?.prefixLength ?? 0) }
        return (rank(a), width(a), a.rule.id) < (rank(b), width(b), b.rule.id)
    }
}

import Model
import Planning

extension Explainer {
    func answer(_ item: Standing, in group: GroupPlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> Explanation.Answer {
        let rule = item.rule
        let since = snapshot.chronology.since(rule, in: group.group, as: item.word)
        var steps = [
            Explanation.Step(.keep, "It stands in \(group.group) and admits \(rule.source) on \(rule.traffic).", since: since)
        ]
        if rule.isOpenToEveryone {
            steps.append(Explanation.Step(.attention, "It is open to everyone."))
        }
        steps.append(origin(rule, plan))
        steps += admitted(rule, plan)
        let (verdict, fate) = fate(item, group, plan)
        steps += fate
        if let work = snapshot.activity.works.first(where: { $0.group == group.group }) {
            steps.append(
                Explanation.Step(
                    .change, "The group is being worked on: \(work.step.text).", since: Chronology.Since(at: work.since, isAtLeast: false)))
        }
        steps += alerts("\(group.group.id)/\(rule.id)", rule.id, snapshot)
        var isApprovable = false
        if case .held(_, let hold) = item.fate { isApprovable = hold.isApprovable }
        return Explanation.Answer(
            .rule, policy: plan.policy, title: "Rule \(rule.id) (\(rule.source) \(rule.traffic))", verdict: verdict, steps: steps,
            commands: commands(plan, isHeld: isApprovable))
    }

    private func origin(_ rule: SecurityGroupRule, _ plan: Plan) -> Explanation.Step {
        guard let owner = RuleOwner(description: rule.description) else {
            let words = rule.description.isEmpty ? "has no description" : "says \"\(rule.description)\""
            return Explanation.Step(.keep, "Its description \(words): Drawbridge did not write it.")
        }
        let whose = owner.policy == plan.policy ? "this policy" : "the policy \(owner.policy)"
        let address = owner.address.map { " for the Address \($0.name) (\($0.project), \($0.region), id \(owner.addressID))" } ?? ""
        return Explanation.Step(.keep, "Its description says that Drawbridge wrote it, by \(whose)\(address).")
    }

    /// The reserved addresses that it lets in.
    private func admitted(_ rule: SecurityGroupRule, _ plan: Plan) -> [Explanation.Step] {
        guard let block = rule.source.cidr else { return [] }
        let covered = plan.addresses.filter { block.contains($0.address.cidr) }
        if covered.isEmpty {
            let isKnown = plan.reservedUnknown == nil
            return [
                Explanation.Step(
                    isKnown ? .attention : .unknown,
                    isKnown ? "It lets in no address of the reserved set." : "It lets in no address of what is known of the reserved set.")
            ]
        }
        let names = covered.prefix(5).map { "\($0.address.name) (\($0.address.cidr.text))" }.joined(separator: ", ")
        let more = covered.count > 5 ? " and \(covered.count - 5) more" : ""
        return [Explanation.Step(.keep, "Of the reserved set it lets in \(names)\(more).")]
    }

    private func fate(_ item: Standing, _ group: GroupPlan, _ plan: Plan) -> (String, [Explanation.Step]) {
        switch item.fate {
        case .stays(let ruleClass):
            let isLoud = ruleClass == .foreign
            let verdict =
                switch ruleClass {
                case .exact: "It stays: it admits reserved addresses and nothing else."
                case .kept: "It stays: the policy keeps it."
                case .foreign: "It is foreign, and stays: foreign rules are only reported."
                case .otherOwner(let owner): "It stays: it is the policy \(owner)'s."
                case .outOfScope: "It stays: it does not concern this policy."
                case .stale: "It stays for now: its Address has left the reserved set."
                }
            return (verdict, [Explanation.Step(isLoud ? .attention : .keep, "It \(ruleClass.reason).")])
        case .goes(let reason, let makesRoom):
            let room = makesRoom ? " It goes first, to make room at the quota." : " It goes once what replaces it has been read back."
            let isSuspended = plan.isSuspended ? " The policy is suspended, so that is not done." : ""
            return ("It is to be revoked.", [Explanation.Step(.change, "It is due to go: \(reason.text).\(room)\(isSuspended)")])
        case .held(let reason, let hold):
            let how =
                hold.isApprovable
                ? plan.approval.map { " Approving \($0.digest) frees it, with \($0.rules.count - 1) others." } ?? ""
                : " That ends by itself, or when its cause does."
            return (
                "It is due to be revoked, and held.",
                [
                    Explanation.Step(.change, "It is due to go: \(reason.text)."),
                    Explanation.Step(.attention, "It is held: \(hold.text(in: plan)).\(how)"),
                ]
            )
        }
    }

    // MARK: An IP that is nothing of ours

    /// Which rules let in an IP that is neither reserved nor a node's; `nil` when none does.
    func stranger(_ ip: IPAddress) -> Explanation.Answer? {
        var steps: [Explanation.Step] = []
        for snapshot in snapshot.policies {
            for group in snapshot.plan?.groups ?? [] {
                for item in Standing.all(of: group) where item.rule.source.cidr?.contains(ip) ?? false {
                    steps.append(
                        Explanation.Step(
                            .attention,
                            "\(item.rule.id) (\(item.rule.source) \(item.rule.traffic)) in \(group.group) lets it in: \(item.word).",
                            since: snapshot.chronology.since(item.rule, in: group.group, as: item.word)))
                }
            }
        }
        guard !steps.isEmpty else { return nil }
        return Explanation.Answer(
            .ip, policy: "", title: "IP \(ip)",
            verdict:
                "It is no reserved address of any policy and of no node of a pool, and \(steps.count.counting("rule lets", "rules let")) it in.",
            steps: Array(steps.prefix(50)))
    }

    // MARK: Shared

    /// Alerts about the thing.
    func alerts(_ subject: String, _ name: String, _ policy: PolicySnapshot) -> [Explanation.Step] {
        snapshot.alerts.filter { alert in
            alert.policy == policy.policy.name && (alert.subject == subject || alert.subject == name || alert.subject.hasSuffix("/\(name)"))
        }.map { alert in
            Explanation.Step(
                .attention, "The alert \(alert.kind) is \(alert.state): \(alert.summary).",
                since: Chronology.Since(at: alert.since, isAtLeast: false))
        }
    }

    /// What a person may type about what is held.
    func commands(_ plan: Plan, isHeld: Bool) -> [String] {
        guard isHeld, let approval = plan.approval, !plan.isSuspended else { return [] }
        return ["drawbridge plan --policy FILE", "drawbridge apply --policy FILE --approve \(approval.digest)"]
    }
}

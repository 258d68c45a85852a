import Model
import Planning

extension Explainer {
    func answer(_ item: AddressPlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> Explanation.Answer {
        let address = item.address
        var steps = [membership(address, snapshot.policy)]
        steps += plan.groups.flatMap { admission(item, $0, snapshot, plan) }
        steps.append(holder(item, snapshot, plan))
        steps += unbound(item, snapshot, plan) + alerts("\(address.reference)", address.name, snapshot)
        let admitted = plan.notAdmittedText(in: item.notAdmittedIn)
        let verdict =
            "It is \(standing(item, plan)), and "
            + (admitted.isEmpty ? "admitted in every group." : admitted.joined(separator: ", and ") + ".")
        return Explanation.Answer(
            .address, policy: plan.policy, title: "Address \(address.name) (\(address.cidr.text))", verdict: verdict, steps: steps,
            commands: commands(plan, isHeld: !item.notAdmittedIn.isEmpty && plan.groups.contains { !$0.withoutRoom.isEmpty }))
    }

    private func standing(_ item: AddressPlan, _ plan: Plan) -> String {
        switch item.state {
        case .bound(let node): "held by \(node)"
        case .claimed(let node): "on its way to \(node)"
        case .unbound: "reserved and held by nothing"
        case .boundElsewhere: plan.hasNodes ? "held outside the pool" : "in use"
        case .unknown: "held by something, it is not known what"
        }
    }

    private func membership(_ address: Address, _ policy: Whitelist) -> Explanation.Step {
        let labels = policy.addresses.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        let regions =
            policy.addresses.regions.isEmpty ? "" : ", and its region is one of \(policy.addresses.regions.joined(separator: ", "))"
        return Explanation.Step(
            .keep,
            "It belongs to the reserved set of \(policy.name): an Address of project \(address.reference.project) in \(address.reference.region) that carries \(labels)\(regions)."
        )
    }

    // MARK: Admission

    private func admission(_ item: AddressPlan, _ group: GroupPlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> [Explanation.Step] {
        let address = item.address
        let ports = group.ports.map(\.description).joined(separator: ", ")
        if let unknown = group.unknown {
            return [Explanation.Step(.unknown, "Whether \(group.group) admits it on \(ports) is not known: \(unknown.message)")]
        }
        let covering = Standing.all(of: group).filter { standing in
            standing.rule.source.cidr?.contains(address.cidr) ?? false && group.ports.contains { standing.rule.traffic.admitsAny(of: $0) }
        }
        let rules = covering.filter(\.admits)
        var steps: [Explanation.Step] = []
        if !item.notAdmittedIn.contains(group.group) {
            steps = rules.map { standing in
                Explanation.Step(
                    .keep, "\(group.group) admits it on \(standing.rule.traffic) through \(standing.rule.id) (\(standing.rule.source)).",
                    since: snapshot.chronology.since(standing.rule, in: group.group, as: standing.word))
            }
            if steps.isEmpty { steps = [Explanation.Step(.keep, "\(group.group) admits it on \(ports).")] }
        } else if group.withoutRoom.contains(address.reference) {
            steps = [Explanation.Step(.attention, group.quotaText(approval: plan.approval))]
        } else if group.authorizations.contains(where: { $0.permission.cidr.contains(address.cidr) }) {
            let work = snapshot.activity.works.first { $0.group == group.group }
            let how = plan.isSuspended ? "; the policy is suspended, so that is not done" : work.map { ": \($0.step.text) now" } ?? ""
            steps = [Explanation.Step(.change, "\(group.group) does not admit it yet; the plan authorizes it on \(ports)\(how).")]
        } else {
            steps = [Explanation.Step(.attention, "\(group.group) does not admit it on \(ports) yet.")]
        }
        return steps
            + covering.filter { !$0.admits }.prefix(3).map { standing in
                Explanation.Step(
                    .attention,
                    "\(standing.rule.id) (\(standing.rule.source)) in \(group.group) lets it in as well, which does not count: the rule admits others too, or is to go."
                )
            }
    }

    // MARK: Who holds it

    private func holder(_ item: AddressPlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> Explanation.Step {
        let since = snapshot.chronology.since(item)
        switch item.state {
        case .bound(let node): return Explanation.Step(.keep, "\(node), a node of the pool, holds it.", since: since)
        case .claimed(let node):
            let swap = snapshot.activity.swaps.first { $0.node == node }
            let step = swap.map { ": it \($0.step.text)" } ?? ""
            return Explanation.Step(
                .change, "It is on its way to \(node)\(step).",
                since: swap.map { Chronology.Since(at: $0.since, isAtLeast: false) } ?? since)
        case .unbound: return Explanation.Step(plan.hasNodes ? .attention : .keep, "Nothing holds it.", since: since)
        case .boundElsewhere(let users):
            let names = users.map(\.description).joined(separator: ", ")
            let why = plan.hasNodes ? "; Drawbridge takes nothing from what is not of the pool" : ""
            return Explanation.Step(plan.hasNodes ? .attention : .keep, "\(names) holds it\(why).", since: since)
        case .unknown(let unknown): return Explanation.Step(.unknown, "Who holds it is not known: \(unknown.message)")
        }
    }

    /// Why nobody has it, and when that is alerted.
    private func unbound(_ item: AddressPlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> [Explanation.Step] {
        guard item.state == .unbound, plan.hasNodes else { return [] }
        let region = item.address.reference.region
        let waiting = plan.nodes.filter { if case .waiting = $0.state { $0.node.instance?.region == region } else { false } }
        var steps: [Explanation.Step]
        if plan.isSuspended {
            steps = [Explanation.Step(.attention, "The policy is suspended: no node gets an address.")]
        } else if waiting.isEmpty {
            steps = [Explanation.Step(.keep, "No node of the pool in \(region) waits for an address.")]
        } else {
            steps = waiting.prefix(5).map { node in
                guard case .waiting(let reason) = node.state else { return Explanation.Step(.keep, "") }
                return Explanation.Step(.attention, "\(node.node.name) in \(region) waits: \(reason.text(in: plan)).")
            }
        }
        if let since = snapshot.chronology.since(item) {
            let left = snapshot.policy.alerts.unboundAfter - (at - since.at)
            if left > .zero {
                steps.append(Explanation.Step(.keep, "That is alerted in \(left.roughly), should it last (alerts.unboundAfter)."))
            }
        }
        return steps
    }
}

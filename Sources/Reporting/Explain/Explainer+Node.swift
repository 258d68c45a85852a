import Model
import Planning

extension Explainer {
    func answer(_ item: NodePlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> Explanation.Answer {
        let node = item.node
        var steps = [membership(node, snapshot.policy)]
        if let instance = node.instance {
            steps.append(Explanation.Step(.keep, "It is the instance \(instance), in \(instance.region)."))
        } else {
            steps.append(
                Explanation.Step(.attention, "It names no GCE instance (spec.providerID is \(node.providerID ?? "not set"))."))
        }
        steps.append(held(item))
        steps += state(item, snapshot, plan) + taint(item, snapshot, plan) + alerts(node.name, node.name, snapshot)
        return Explanation.Answer(
            .node, policy: plan.policy, title: "Node \(node.name)", verdict: verdict(item, plan), steps: steps,
            commands: commands(plan, isHeld: false))
    }

    private func verdict(_ item: NodePlan, _ plan: Plan) -> String {
        switch item.state {
        case .bound(let address): "It holds the reserved address \(address.name), and stays as it is."
        case .swapping(let address): "It is to hold \(address.name)."
        case .waiting(.unknown(let unknown)): "Where it stands is not known: \(unknown.message)"
        case .waiting(let reason): "It waits: \(reason.text(in: plan))."
        }
    }

    private func membership(_ node: Node, _ policy: Whitelist) -> Explanation.Step {
        guard let nodes = policy.nodes else { return Explanation.Step(.keep, "The policy has no nodes.") }
        let how =
            nodes.nodePools.isEmpty
            ? "its labels match the selector \(nodes.selector.query)"
            : "it is of the node pool \(node.labels["cloud.google.com/gke-nodepool"] ?? nodes.nodePools.joined(separator: " or "))"
        return Explanation.Step(.keep, "It belongs to the pool of \(policy.name): \(how).")
    }

    private func held(_ item: NodePlan) -> Explanation.Step {
        guard let held = item.held else { return Explanation.Step(.unknown, "Which external address it has is not known.") }
        guard !held.isEmpty else { return Explanation.Step(.attention, "It has no external address.") }
        let ips = held.sorted().map(\.description).joined(separator: item.node.claim == nil ? " and " : " or ")
        return Explanation.Step(.keep, "It has the external address \(ips).")
    }

    private func state(_ item: NodePlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> [Explanation.Step] {
        let since = snapshot.chronology.since(item)
        let swap = snapshot.activity.swaps.first { $0.node == item.node.name }
        switch item.state {
        case .bound(let address):
            return [Explanation.Step(.keep, "That is the reserved Address \(address.name): a bound node is left alone.", since: since)]
        case .swapping(let address):
            guard let swap else {
                let why = plan.isSuspended ? "; the policy is suspended, so that is not done" : ""
                return [Explanation.Step(.change, "The plan gives it \(address.name), which is free and admitted in every group\(why).")]
            }
            let from = Chronology.Since(at: swap.since, isAtLeast: false)
            let start = "\(swap.isResumed ? "A swap to \(address.name) is taken up from its claim" : "It swaps to \(address.name)")"
            return [Explanation.Step(.change, "\(start): it \(swap.step.text).", since: from)]
                + (swap.stranded.map { [Explanation.Step(.attention, "It has no address now: \($0)")] } ?? [])
        case .waiting(let reason):
            let sign: StatusReport.Sign = reason.isUnknown ? .unknown : .attention
            return [Explanation.Step(sign, "It has no reserved address: \(reason.text(in: plan)).", since: since)]
                + supply(item, reason, plan) + alertTime(since, snapshot.policy)
        }
    }

    /// What there is for a node that waits.
    private func supply(_ item: NodePlan, _ reason: WaitReason, _ plan: Plan) -> [Explanation.Step] {
        guard let region = item.node.instance?.region, !reason.isUnknown else { return [] }
        let here = plan.addresses.filter { $0.address.reference.region == region }
        let free = here.filter { $0.state == .unbound }
        let names = free.prefix(5).map(\.address.name).joined(separator: ", ") + (free.count > 5 ? " and \(free.count - 5) more" : "")
        let text = "\(here.count.counting("reserved address", "reserved addresses")) in \(region), \(free.count) free"
        return [
            Explanation.Step(
                free.isEmpty ? .attention : .keep, "There \(here.count == 1 ? "is" : "are") \(text)\(free.isEmpty ? "" : ": \(names)").")
        ]
    }

    private func alertTime(_ since: Chronology.Since?, _ policy: Whitelist) -> [Explanation.Step] {
        guard let since else { return [] }
        let left = policy.alerts.unassignedAfter - (at - since.at)
        return left > .zero ? [Explanation.Step(.keep, "That is alerted in \(left.roughly), should it last (alerts.unassignedAfter).")] : []
    }

    private func taint(_ item: NodePlan, _ snapshot: PolicySnapshot, _ plan: Plan) -> [Explanation.Step] {
        guard let key = snapshot.policy.nodes?.startupTaint else { return [] }
        guard item.node.taints.contains(where: { $0.key == key }) else {
            return [Explanation.Step(.keep, "Its startup taint \(key) is off, or was never on.")]
        }
        if item.removesTaint { return [Explanation.Step(.change, "Its startup taint \(key) comes off: it is bound and admitted.")] }
        let groups = item.taintWaitsFor.map(\.description).joined(separator: ", ")
        let why = groups.isEmpty ? "it holds no reserved address yet" : "\(groups) must admit its address first"
        return [Explanation.Step(.attention, "Its startup taint \(key) stays on: \(why).")]
    }
}

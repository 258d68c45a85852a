import Model
import Planning
import Reconciliation
import Sandbox

/// Once nothing goes wrong any more: passes are counted until a plan made from the whole truth is empty.
struct Convergence {
    /// Milliseconds after the last fault. The longest rest of a node after failed swaps is 5 minutes, and it may have begun with the last
    /// fault; claims of failed swaps are taken up again one at a time.
    static let bound = 20 * 60_000
    /// How many passes of one loop it may take. A swap whose claim has to stay (up to 5 minutes) is looked at again every 10 to 15 s,
    /// which costs up to four passes each time, and there may be a few of them.
    static let passBound = 300
    /// How long a call's fault may be felt: retries (75 s for reads, 90 s for writes), and one interval.
    static let aftermath = 150_000
    /// Until another replica leads: a lease's 15 s, a period, its first pass.
    static let takeOver = 60_000

    let chaos: Int
    /// A claim is dated by its writer's wall clock. Where that clock was set back afterwards, the claim looks young for as much longer,
    /// and is kept for so long: its node keeps the address that it has and waits. Known, and counted into the bound.
    let jumps: Int
    private(set) var passes = 0
    var isReached = false
    var complaint = "no pass was made"

    init(_ scenario: Scenario) {
        chaos = scenario[.chaos]
        jumps = scenario.actions.reduce(0) { $1.kind == .clockJump ? $0 + abs($1.second) * 1000 : $0 }
    }

    var end: Int { chaos + Self.bound + jumps }
    var passLimit: Int { Self.passBound + jumps / 10_000 }

    mutating func counted() { passes += 1 }
}

extension Simulator {
    /// Looks, after a pass in calm times, whether anything is left to do.
    func planned(_ loop: LoopProcess, _ report: PassReport) {
        guard !isChaotic, loop.replica.mayWrite else { return }
        convergence.counted()
        if convergence.passes > convergence.passLimit * stage.policies.count {
            fail("Convergence", "\(convergence.passes) passes after the last fault: \(convergence.complaint)")
        }
        guard report.isSettled, loop.replica.loops.allSatisfy({ $0.latest?.isSettled ?? false }) else {
            convergence.complaint = "\(loop.policy.name): \(report.plan.brief), \(report.activeSwaps) swaps, \(report.activeGroups) works"
            return
        }
        if let complaint = stage.policies.indices.lazy.compactMap({ self.complaint($0, loop.replica) }).first {
            convergence.complaint = complaint
        } else {
            convergence.isReached = true
        }
    }

    /// What a plan made from the whole truth would still change, or what is not as it must be.
    private func complaint(_ index: Int, _ replica: Replica) -> String? {
        let policy = stage.policies[index]
        let facts = ledger.facts
        let addresses = facts.addresses.values.filter { $0.kind == .external && !$0.isGlobal }.map(\.model)
        let listing = AddressListing(addresses: addresses, unknownRegions: [:])
        let instances = facts.instances.mapValues { Reading<Instance>.known($0.model) }
        let groups = policy.securityGroups.map { group in
            let rules = (facts.groups[group.reference]?.inbound ?? []).map {
                SecurityGroupRule(id: $0.id, traffic: $0.traffic, source: $0.source, description: $0.description ?? "")
            }
            return (group.reference, Reading<SecurityGroup>.known(SecurityGroup(reference: group.reference, rules: rules)))
        }
        var observation = Observation(
            at: replica.moment,
            addresses: .known(AddressListing(addresses: addresses.filter(policy.addresses.selects), unknownRegions: [:])),
            nodes: .known(nodes(policy.nodes?.selector)), groups: Dictionary(uniqueKeysWithValues: groups), instances: instances,
            projectAddresses: .known(listing))
        for rule in groups.compactMap(\.1.value).flatMap(\.rules) {
            guard let reference = RuleOwner(description: rule.description)?.address else { continue }
            observation.lookups[reference] = .known(facts.addresses[reference].map { .found($0.model) } ?? .gone)
        }
        let plan = Planner.plan(
            policy: policy, observation: observation,
            context: PlanningContext(
                otherPorts: LoopProcess.otherPorts(policy, stage.policies), ownNode: replica.ownNode, hash: { LoopProcess.hash($0) }))
        guard plan.isEmpty else { return "\(policy.name): a plan from the truth is not empty: \(plan.brief)" }
        return unfinished(index, policy, replica)
    }

    /// The same, without asking the planner.
    private func unfinished(_ index: Int, _ policy: Whitelist, _ replica: Replica) -> String? {
        let facts = ledger.facts
        let reserved = facts.reserved(policy)
        let ips = Set(reserved.map(\.ip))
        let isFree = reserved.contains { $0.users.isEmpty && $0.networkTier == .premium }
        for (instance, pool) in facts.pool.sorted(by: { $0.key < $1.key }) where pool == index {
            guard let machine = facts.instances[instance] else { return "\(instance.name) is gone, and its Node is there" }
            guard let ip = machine.externalIP else {
                if ledger.claimTouched.contains(instance) { continue }
                return "\(instance.name) has no external address"
            }
            if facts.claims[instance] != nil { return "\(instance.name) still carries a claim" }
            if ips.contains(ip) {
                if facts.taints.contains(instance), isAdmitted(ip, policy) {
                    return "\(instance.name) is bound and admitted, and keeps its startup taint"
                }
            } else if isFree && instance.name != replica.ownNode && !facts.addresses.values.contains(where: { $0.ip == ip }) {
                // (A static address that is in no reserved set is somebody's: what is not shown by a rule of ours to have been ours stays
                // on.)
                let admitted = reserved.filter {
                    $0.users.isEmpty && $0.networkTier == .premium && $0.reference.region == instance.region && isAdmitted($0.ip, policy)
                }
                if !admitted.isEmpty { return "\(instance.name) waits while \(admitted[0].reference.name) is free and admitted" }
            }
        }
        return nil
    }

    /// By a rule for it alone in every group: a wide rule does not count.
    private func isAdmitted(_ ip: IPAddress, _ policy: Whitelist) -> Bool {
        policy.securityGroups.allSatisfy { group in
            let own = (ledger.facts.groups[group.reference]?.rules ?? []).filter { $0.source == .cidr(CIDR(ip)) }
            return group.ports.allSatisfy { Facts.admits(own, ip, $0) }
        }
    }
}

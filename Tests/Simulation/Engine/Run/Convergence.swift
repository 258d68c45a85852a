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
    /// After the world has changed: until it is seen, and what was under way has taken its course.
    static let newCourse = 60_000
    /// Until another replica leads: a lease's 15 s, a period, its first pass.
    static let takeOver = 60_000

    let chaos: Int
    /// A claim is dated by its writer's wall clock. Where another machine's clock is behind that, the claim looks young for as much longer,
    /// up to a minute; from beyond that it counts as old.
    let jumps: Int
    private(set) var passes = 0
    var isReached = false
    var complaint = "no pass was made"

    init(_ scenario: Scenario) {
        chaos = scenario[.chaos]
        jumps = scenario.actions.contains { $0.kind == .clockJump } ? 60_000 : 0
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
        if let complaint = stage.policies.indices.lazy.compactMap({ self.complaint($0, loop.replica) }).first
            ?? watches.lazy.compactMap({ $0.misses() }).first
        {
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
        return unfinished(index, replica)
    }
}

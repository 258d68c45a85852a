import Foundation
import Locking
import Model
import Sandbox

/// Sees the embedded clouds after every step that changed them, and writes down what should not have happened: the invariants, judged by
/// the world's own truth at the moment of each effect. What a test does by hand is told to it, so that the tool is not blamed for it.
final class WorldChronicle: Sendable {
    /// How old the reading may be on which a write rests: what was reserved (or was not) so long ago may still be what the writer knew.
    static let readingAge = Duration.seconds(60)

    private let scenario: SandboxScenario
    private let state: Locked<State>

    private struct State {
        var isHand = false
        var rules: [EC2Rule] = []
        var instances: [InstanceReference: ComputeInstance] = [:]
        var reserved: Set<IPAddress> = []
        var lastReserved: [IPAddress: Timestamp] = [:]
        var lastUnreserved: [IPAddress: Timestamp] = [:]
        var takenByHand: [IPAddress: Timestamp] = [:]
        var bareSince: [InstanceReference: Timestamp] = [:]
        var longestBare = Duration.zero
        var bound = 0
        var detached = 0
        var authorized = 0
        var revoked = 0
        var violations: [String] = []
    }

    init(_ scenario: SandboxScenario, _ world: World, now: Timestamp) {
        self.scenario = scenario
        var first = State()
        first.rules = world.inbound(scenario)
        first.instances = world.compute.instances
        first.reserved = Set(world.reserved(scenario).map(\.ip))
        state = Locked(first)
        state.withLock { Self.noteReservations(&$0, world, scenario, now) }
    }

    /// What the rest of the step changes is a person's doing.
    func hand() { state.withLock { $0.isHand = true } }

    var violations: [String] { state.withLock { $0.violations } }
    /// How long a node of the pool was without an address at most, so far as it has one again.
    var longestBare: Duration { state.withLock { $0.longestBare } }
    /// What the tool has done: nodes bound, addresses taken off, rules added, rules revoked.
    var deeds: (bound: Int, detached: Int, authorized: Int, revoked: Int) {
        state.withLock { ($0.bound, $0.detached, $0.authorized, $0.revoked) }
    }

    func look(_ world: World, _ now: Timestamp) {
        state.withLock { state in
            Self.noteReservations(&state, world, scenario, now)
            let rules = world.inbound(scenario)
            if rules != state.rules { judge(rules, &state, world, now) }
            if world.compute.instances != state.instances { judge(world.compute.instances, &state, world, now) }
            state.isHand = false
        }
    }

    private static func noteReservations(_ state: inout State, _ world: World, _ scenario: SandboxScenario, _ now: Timestamp) {
        let reserved = Set(world.reserved(scenario).map(\.ip))
        for ip in reserved { state.lastReserved[ip] = now }
        for ip in state.lastReserved.keys where !reserved.contains(ip) { state.lastUnreserved[ip] = now }
        for ip in reserved where state.lastUnreserved[ip] == nil && !state.reserved.contains(ip) { state.lastUnreserved[ip] = now }
        state.reserved = reserved
    }

    // MARK: Rules

    private func judge(_ rules: [EC2Rule], _ state: inout State, _ world: World, _ now: Timestamp) {
        let (before, after) = (Set(state.rules.map(\.id)), Set(rules.map(\.id)))
        let (gone, new) = (state.rules.filter { !after.contains($0.id) }, rules.filter { !before.contains($0.id) })
        state.rules = rules
        for rule in new { if let ip = Self.single(rule) { state.takenByHand[ip] = nil } }
        if state.isHand {
            for rule in gone { if let ip = Self.single(rule) { state.takenByHand[ip] = now } }
            return
        }
        state.authorized += new.count
        state.revoked += gone.count
        for rule in new {
            guard let ip = Self.single(rule), state.lastReserved[ip].map({ now - $0 <= Self.readingAge }) ?? false else {
                state.violations.append("\(now.rfc3339): \(rule.source) was admitted, which is no reserved address")
                continue
            }
        }
        for rule in gone {
            if rule.source == .cidr(scenario.kept) || rule.traffic.fromPort != scenario.port {
                state.violations.append("\(now.rfc3339): the rule for \(rule.source) was revoked, which is kept or of another port")
            }
            guard let ip = Self.single(rule) else { continue }
            if state.reserved.contains(ip), state.lastUnreserved[ip].map({ now - $0 > Self.readingAge }) ?? true {
                state.violations.append("\(now.rfc3339): \(ip) was revoked, which stayed reserved")
            }
            if let holder = world.pool(scenario.pool).first(where: { $0.externalIP == ip }) {
                state.violations.append("\(now.rfc3339): \(ip) was revoked, which \(holder.reference.name) holds")
            }
        }
    }

    /// The one address that a rule admits.
    private static func single(_ rule: EC2Rule) -> IPAddress? {
        guard case .cidr(let block) = rule.source, block.prefixLength == (block.family == .v4 ? 32 : 128) else { return nil }
        return block.network
    }

    // MARK: Instances

    private func judge(
        _ instances: [InstanceReference: ComputeInstance], _ state: inout State, _ world: World, _ now: Timestamp
    ) {
        let earlier = state.instances
        state.instances = instances
        let held = instances.values.compactMap(\.externalIP)
        if Set(held).count != held.count { state.violations.append("\(now.rfc3339): two instances hold one address") }
        for name in state.bareSince.keys where instances[name]?.id != earlier[name]?.id { state.bareSince[name] = nil }
        for (reference, instance) in instances {
            let old = earlier[reference]
            guard let old, old.id == instance.id, old.externalIP != instance.externalIP else { continue }
            let isPool = world.nodes[reference]?.pool == scenario.pool
            if instance.externalIP == nil { state.bareSince[reference] = now }
            if instance.externalIP != nil, let since = state.bareSince.removeValue(forKey: reference) {
                state.longestBare = max(state.longestBare, now - since)
            }
            guard !state.isHand else { continue }
            guard isPool else {
                state.violations.append("\(now.rfc3339): \(reference.name) outside the pool was touched")
                continue
            }
            if let lost = old.externalIP {
                state.detached += 1
                if state.reserved.contains(lost), state.lastUnreserved[lost].map({ now - $0 > Self.readingAge }) ?? true {
                    state.violations.append("\(now.rfc3339): \(lost) was taken off \(reference.name), though it stayed reserved")
                }
            }
            if let ip = instance.externalIP, state.reserved.contains(ip) {
                state.bound += 1
                if !world.admits(ip, scenario), !(state.takenByHand[ip].map { now - $0 < .seconds(3600) } ?? false) {
                    state.violations.append("\(now.rfc3339): \(reference.name) was bound to \(ip), which is not admitted")
                }
            }
        }
    }

    // MARK: The log of calls

    /// What the servers' own log and the operations tell in the end.
    static func audit(_ world: World, callers: [String]) -> [String] {
        var problems: [String] = []
        if world.calls.forgotten > 0 { problems.append("\(world.calls.forgotten) calls are forgotten: the log can't be judged") }
        var turn = -1
        let order = Dictionary(uniqueKeysWithValues: callers.enumerated().map { ($1, $0) })
        for call in world.calls.recent where call.isWrite && isManaged(call) {
            guard let number = order[call.caller] else {
                problems.append("\(call.operation) came from an unknown caller \(call.caller)")
                continue
            }
            if number < turn {
                problems.append("\(call.operation) on \(call.resource) of \(call.caller) came after a write of \(callers[turn])")
            }
            turn = max(turn, number)
        }
        let operations = Dictionary(grouping: world.compute.operations.values.filter { $0.requestID != nil }) { $0.requestID! }
        for (id, all) in operations where all.count > 1 { problems.append("request id \(id) had \(all.count) effects") }
        if world.compute.operations.values.contains(where: { $0.requestID == nil }) {
            problems.append("a write of Compute Engine had no request id")
        }
        return problems + overlaps(world)
    }

    /// A machine's address is taken off only when nothing else is under way on it: a successor repeats what it finds under the same
    /// request id. (Putting one on may meet a predecessor's: a machine that is found bare gets another Address at once where the claimed
    /// one is gone, and of two Compute Engine lets one through.)
    private static func overlaps(_ world: World) -> [String] {
        let ofMachine = Dictionary(grouping: world.compute.operations.values) { operation -> UInt64? in
            switch operation.action {
            case .addAccessConfig(_, let id, _), .deleteAccessConfig(_, let id, _): id
            default: nil
            }
        }
        var problems: [String] = []
        for (id, all) in ofMachine where id != nil {
            let inOrder = all.sorted { ($0.insertedAt, $0.name) < ($1.insertedAt, $1.name) }
            for (earlier, later) in zip(inOrder, inOrder.dropFirst())
            where later.type == "deleteAccessConfig" && later.insertedAt < earlier.dueAt {
                problems.append("\(later.type) of \(later.targetPath) began before \(earlier.type) had ended")
            }
        }
        return problems.sorted()
    }

    /// The Lease is written by whoever stands for election, and Events may come late.
    private static func isManaged(_ call: CallLog.Call) -> Bool {
        call.api != .kubernetes || call.operation.hasPrefix("nodes")
    }
}

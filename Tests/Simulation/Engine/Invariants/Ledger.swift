import Model
import Planning
import Sandbox

/// The books of a run, kept from the world's own state and from what replicas sent: never from what a machine believes.
struct Ledger {
    /// How old a decision's readings may be when its request is sent: what changed in the world within this time is no ground to call a
    /// write wrong. It holds the lags of lists, the steps of a swap and the longest operation; after faults the limits of readings and the
    /// retries of calls as well.
    private(set) var grace = Ledger.longGrace
    static let longGrace = 150_000
    static let shortGrace = 60_000

    let stage: Stage
    private(set) var facts: Facts
    private(set) var now = 0
    private var nodesVersion = 0

    /// Time in which nothing was in the way of the tool, in milliseconds: bounds are counted in it.
    private(set) var undisturbed = 0

    /// Policy → address → since when it is reserved without a break, and until when it was.
    private(set) var reservedSince: [[IPAddress: Int]]
    private var reservedUntil: [[IPAddress: Int]]
    /// Instance → since when it is in its pool without a break.
    private(set) var poolSince: [InstanceReference: Int] = [:]
    /// Instance → when it last left the pool of which policy.
    private var poolLeft: [InstanceReference: [Int: Int]] = [:]
    /// Instance → its address and since when it has it.
    private(set) var held: [InstanceReference: (ip: IPAddress?, id: UInt64, since: Int)] = [:]
    /// When people or events last changed each part of what decisions rest on, and the lease.
    private var edited: [Part: Int] = [:]
    var leaseTouched = Int.min / 2
    /// Machines whose claim a person wrote over or took away, and when. By name: a Node, and what stands on it, outlives its machine.
    private var claimTouched: [InstanceReference: Int] = [:]
    /// Machines whose address a person took off, until they have one again.
    private(set) var bared: Set<InstanceReference> = []
    /// Rules that a person approved to go, and when.
    private var approvedAt: [RuleReference: Int] = [:]

    enum Part: Hashable, CaseIterable { case nodes, addresses, rules }

    /// Replica → until when it may believe to lead.
    private(set) var beliefs: [Int: Int] = [:]
    /// Replica → since when it writes the lease in its own name without a break, and when it did so last.
    private(set) var heldSince: [Int: Int] = [:]
    private var renewedAt: [Int: Int] = [:]
    private(set) var stoppedAt: [Int: Int] = [:]
    private(set) var epochs: [Int: Int] = [:]
    /// Request id → when it was first sent.
    private(set) var firstSent: [String: Int] = [:]
    /// What describes showed each process of each policy's group: address → when it was admitted by a rule of its own.
    private var shown: [Reader: [IPAddress: Shown]] = [:]

    /// When a process last read a group.
    private var readAt: [Reader: Int] = [:]

    /// When an Address itself was last shown to be free to a process that asked for it.
    private(set) var lookedAt: [Looked: Int] = [:]

    struct Looked: Hashable {
        var replica: Int
        var epoch: Int
        var address: AddressReference
    }

    struct Reader: Hashable {
        var replica: Int
        var epoch: Int
        var policy: Int
        var group: SecurityGroupReference
    }

    struct Shown {
        /// Last shown so.
        var at: Int
        /// Since when later readings have lacked it.
        var lackedSince: Int?
    }

    init(stage: Stage, world: World) {
        self.stage = stage
        facts = Facts(world, stage: stage)
        nodesVersion = world.kubernetes.resourceVersion
        reservedSince = stage.policies.map { _ in [:] }
        reservedUntil = reservedSince
        noteReserved()
        for key in facts.pool.keys { poolSince[key] = Int.min / 2 }
        for (reference, instance) in facts.instances { held[reference] = (instance.externalIP, instance.id, Int.min / 2) }
        for policy in reservedSince.indices { for ip in reservedSince[policy].keys { reservedSince[policy][ip] = Int.min / 2 } }
    }

    struct Change {
        var cause: Cause
        var before: Facts
        var after: Facts
    }

    /// What is in the way of the tool.
    struct Trouble {
        /// A fault, an edit or their aftermath may excuse a delay: time of this kind is counted by no bound.
        var delays: Bool
        /// Calls fail, or processes do, or did a short while ago.
        var isFaulty: Bool
    }

    private mutating func pass(to time: Int, _ trouble: Trouble) {
        if !trouble.delays { undisturbed += time - now }
        now = time
        grace = trouble.isFaulty ? Self.longGrace : Self.shortGrace
    }

    /// Takes over what the world has become.
    mutating func update(_ world: World, cause: Cause, at time: Int, _ trouble: Trouble) -> Change {
        pass(to: time, trouble)
        let before = facts
        facts.instances = world.compute.instances
        facts.addresses = world.compute.addresses
        facts.groups = world.ec2.groups
        let version = world.kubernetes.resourceVersion
        if version != nodesVersion {
            // Most changes are renewals of the lease, and those alone change no node. What fell due in the same moment does.
            let isRenewalAlone = if case .tool(_, .updateLease) = cause { version == nodesVersion + 1 } else { false }
            nodesVersion = version
            if !isRenewalAlone { facts.readNodes(world, stage) }
        }
        if facts.addresses != before.addresses { noteReserved() }
        if facts.pool != before.pool { notePools(before.pool) }
        if facts.instances != before.instances { noteHeld() }
        if case .person = cause { noteEdits(since: before) }
        for (reference, touchedAt) in claimTouched where isOver(touchedAt, of: reference) { claimTouched[reference] = nil }
        return Change(cause: cause, before: before, after: facts)
    }

    private mutating func noteHeld() {
        for (reference, instance) in facts.instances {
            if let entry = held[reference], entry.ip == instance.externalIP, entry.id == instance.id { continue }
            held[reference] = (instance.externalIP, instance.id, now)
        }
        bared = bared.filter { facts.instances[$0].map { $0.externalIP == nil } ?? false }
        for reference in held.keys where facts.instances[reference] == nil { held[reference] = nil }
    }

    private mutating func notePools(_ before: [InstanceReference: Int]) {
        for (key, policy) in before where facts.pool[key] != policy {
            poolLeft[key, default: [:]][policy] = now
            poolSince[key] = nil
        }
        for key in facts.pool.keys where poolSince[key] == nil { poolSince[key] = now }
    }

    private mutating func noteEdits(since before: Facts) {
        if facts.groups.mapValues(\.rules) != before.groups.mapValues(\.rules) { edited[.rules] = now }
        if facts.addresses != before.addresses { edited[.addresses] = now }
        let isSame = facts.instances == before.instances && facts.pool == before.pool && facts.claims == before.claims
        if !isSame || facts.taints != before.taints { edited[.nodes] = now }
        guard facts.instances != before.instances else { return }
        for (reference, instance) in facts.instances where instance.externalIP == nil {
            if let earlier = before.instances[reference], earlier.externalIP != nil, earlier.id == instance.id { bared.insert(reference) }
        }
    }

    /// Whether people have left these parts of the world alone for as long as a decision's readings may be old.
    func isSettled(_ parts: Part..., within age: Int? = nil) -> Bool {
        parts.allSatisfy { now - (edited[$0] ?? Int.min / 2) > age ?? grace }
    }

    // MARK: What people did

    /// A person writes over a claim, or takes it away.
    mutating func touchClaim(_ instance: InstanceReference) {
        if facts.claims[instance] != nil { claimTouched[instance] = now }
    }

    /// Whether a person took away what tells of a swap on this machine. It is over once the machine has had the same address, and no claim,
    /// for as long as what was begun on it may take.
    func isClaimTouched(_ instance: InstanceReference) -> Bool { claimTouched[instance] != nil }

    private func isOver(_ touchedAt: Int, of instance: InstanceReference) -> Bool {
        guard let entry = held[instance] else { return facts.claims[instance] == nil }
        return entry.ip != nil && facts.claims[instance] == nil && now - max(entry.since, touchedAt) > grace
    }

    mutating func approve(_ rules: [RuleReference]) { for rule in rules { approvedAt[rule] = now } }

    /// An approval waits for a plan for five minutes at most, and what follows from it may take as long as any decision.
    func isApproved(_ rule: EC2Rule, _ group: SecurityGroupReference) -> Bool {
        let read = SecurityGroupRule(id: rule.id, traffic: rule.traffic, source: rule.source, description: rule.description ?? "")
        return approvedAt[RuleReference(group: group, rule: read)].map { now - $0 <= 300_000 + grace } ?? false
    }

    private mutating func noteReserved() {
        for (index, policy) in stage.policies.enumerated() {
            let present = Set(facts.reserved(policy).map(\.ip))
            for ip in present where reservedSince[index][ip] == nil { reservedSince[index][ip] = now }
            for ip in reservedSince[index].keys where !present.contains(ip) {
                reservedSince[index][ip] = nil
                reservedUntil[index][ip] = now
            }
        }
    }

    mutating func record(_ event: ToolEvent, at time: Int, _ trouble: Trouble) {
        pass(to: time, trouble)
        switch event {
        case .started(let replica, let epoch):
            epochs[replica] = epoch
            // A process that is started again within its lease still holds it: since when is not told anew.
            beliefs[replica] = nil
            stoppedAt[replica] = nil
        case .stopped(let replica, _): stoppedAt[replica] = time
        case .renewed(let replica, let sentAt):
            if time - (renewedAt[replica] ?? Int.min / 2) > 6000 { heldSince[replica] = time }
            renewedAt[replica] = time
            beliefs[replica] = sentAt + 10_000
        case .gaveUp(let replica): beliefs[replica] = nil
        case .read(let replica, let epoch, let reading): noteReading(replica, epoch, reading, time)
        case .detaches(_, _, _, let id), .attaches(_, _, _, _, let id): if firstSent[id] == nil { firstSent[id] = time }
        case .looked(let replica, let epoch, let address): lookedAt[Looked(replica: replica, epoch: epoch, address: address)] = time
        case .sends, .revokes, .repeats, .watches: break
        }
    }

    /// Admitted by rule 2's meaning: a rule that admits this address alone, on every managed port of the policy.
    private mutating func noteReading(_ replica: Int, _ epoch: Int, _ reading: SecurityGroup, _ time: Int) {
        for (index, policy) in stage.policies.enumerated() {
            guard let group = policy.securityGroups.first(where: { $0.reference == reading.reference }) else { continue }
            let reader = Reader(replica: replica, epoch: epoch, policy: index, group: reading.reference)
            readAt[reader] = time
            var known = shown[reader] ?? [:]
            for ip in known.keys where known[ip]?.lackedSince == nil { known[ip]?.lackedSince = time }
            let own = reading.rules.filter { rule in group.ports.allSatisfy { rule.traffic.admitsAny(of: $0) } }
            for case .cidr(let block) in own.map(\.source) where block.isSingleAddress { known[block.network] = Shown(at: time) }
            shown[reader] = known
        }
    }

    /// Whether a replica's process has read a group within the age that a decision's readings may have.
    func hasRead(_ group: SecurityGroupReference, by replica: Int) -> Bool {
        guard let epoch = epochs[replica] else { return false }
        return stage.policies.indices.contains { policy in
            readAt[Reader(replica: replica, epoch: epoch, policy: policy, group: group)].map { now - $0 <= grace } ?? false
        }
    }

    func shown(_ reader: Reader, _ ip: IPAddress) -> Shown? { shown[reader]?[ip] }

    // MARK: Pools

    /// When a machine was last in a pool: now, or when it left its last one; `nil` if it never was in any.
    func lastInPool(_ instance: InstanceReference) -> Int? {
        facts.pool[instance] != nil ? now : poolLeft[instance]?.values.max()
    }

    /// The policies that a decision may have taken a machine's pool to be of; of one that left long ago, the last.
    func pools(of instance: InstanceReference) -> [Int] {
        let left = poolLeft[instance] ?? [:]
        let lately = Set(left.filter { now - $0.value <= grace }.keys).union(facts.pool[instance].map { [$0] } ?? [])
        if !lately.isEmpty { return lately.sorted() }
        return left.max { ($0.value, $0.key) < ($1.value, $1.key) }.map { [$0.key] } ?? []
    }

    /// The machine that a Node stands for, if it was ever in a pool or exists.
    func instance(ofNode name: String) -> InstanceReference? {
        facts.pool.keys.first { $0.name == name } ?? poolLeft.keys.first { $0.name == name }
            ?? facts.instances.keys.first { $0.name == name }
    }

    func claim(on instance: InstanceReference) -> SwapClaim? { facts.claims[instance].flatMap(SwapClaim.init(json:)) }

    /// Since when this instance holds this address and the pool has it, if both are old enough to be known to any decision.
    func hasLongHeld(_ instance: InstanceReference, _ ip: IPAddress) -> Bool {
        guard let entry = held[instance], entry.ip == ip, let since = poolSince[instance] else { return false }
        return now - max(entry.since, since) > grace
    }

    func isLongReserved(_ policy: Int, _ ip: IPAddress) -> Bool { reservedSince[policy][ip].map { now - $0 > grace } ?? false }
    func wasReservedLately(_ policy: Int, _ ip: IPAddress) -> Bool {
        reservedSince[policy][ip] != nil || reservedUntil[policy][ip].map { now - $0 <= grace } ?? false
    }
}

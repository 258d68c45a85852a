import Model
import Sandbox

/// The books of a run, kept from the world's own state and from what replicas sent: never from what a machine believes.
struct Ledger {
    /// How old a decision's readings may be when its request is sent, the lags of lists, the limits of readings and the retries of a call
    /// included. What changed in the world within this time is no ground to call a write wrong.
    static let grace = 150_000

    let stage: Stage
    private(set) var facts: Facts
    private(set) var now = 0
    private var nodesVersion = 0

    /// Time in which nothing was in the way of the tool, in milliseconds: bounds are counted in it.
    private(set) var undisturbed = 0

    /// Policy → address → since when it is reserved without a break, and when it was so last.
    private(set) var reservedSince: [[IPAddress: Int]]
    private(set) var reservedLast: [[IPAddress: Int]]
    /// Instance → since when it is in its pool without a break, and when it was last.
    private(set) var poolSince: [InstanceReference: Int] = [:]
    private(set) var poolLast: [InstanceReference: Int] = [:]
    /// Instance → its address and since when it has it.
    private(set) var held: [InstanceReference: (ip: IPAddress?, id: UInt64, since: Int)] = [:]
    /// When people or events changed the rules, the Addresses and the pools, the lease.
    var rulesEdited = Int.min / 2
    private(set) var worldTouched = Int.min / 2
    var leaseTouched = Int.min / 2
    /// Nodes whose claim a person wrote over or took away.
    var claimTouched: Set<InstanceReference> = []
    /// Rules that a person approved to go.
    var approvedAt = Int.min / 2

    /// Replica → until when it may believe to lead.
    private(set) var beliefs: [Int: Int] = [:]
    /// Replica → since when it writes the lease in its own name without a break, and when it did so last.
    private(set) var heldSince: [Int: Int] = [:]
    private var renewedAt: [Int: Int] = [:]
    private(set) var stoppedAt: [Int: Int] = [:]
    private(set) var epochs: [Int: Int] = [:]
    /// Request id → when it was first sent.
    private(set) var firstSent: [String: Int] = [:]
    /// Replica and epoch → group → address → when a describe showed it admitted by a rule of its own, for each policy.
    private(set) var shown: [Shown: Int] = [:]

    /// When an Address itself was last shown to be free to a process that asked for it.
    private(set) var lookedAt: [Looked: Int] = [:]

    struct Looked: Hashable {
        var replica: Int
        var epoch: Int
        var address: AddressReference
    }

    struct Shown: Hashable {
        var replica: Int
        var epoch: Int
        var policy: Int
        var group: SecurityGroupReference
        var ip: IPAddress
    }

    init(stage: Stage, world: World) {
        self.stage = stage
        facts = Facts(world, stage: stage)
        nodesVersion = world.kubernetes.resourceVersion
        reservedSince = stage.policies.map { _ in [:] }
        reservedLast = reservedSince
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

    /// Takes over what the world has become.
    mutating func update(_ world: World, cause: Cause, at time: Int, isDisturbed: Bool) -> Change {
        if !isDisturbed { undisturbed += time - now }
        now = time
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
        noteReserved()
        for key in facts.pool.keys {
            if poolSince[key] == nil || before.pool[key] != facts.pool[key] { poolSince[key] = time }
            poolLast[key] = time
        }
        for key in poolSince.keys where facts.pool[key] == nil { poolSince[key] = nil }
        for (reference, instance) in facts.instances {
            if let entry = held[reference], entry.ip == instance.externalIP, entry.id == instance.id { continue }
            held[reference] = (instance.externalIP, instance.id, time)
        }
        for reference in held.keys where facts.instances[reference] == nil { held[reference] = nil }
        if case .person = cause {
            worldTouched = time
        }
        return Change(cause: cause, before: before, after: facts)
    }

    private mutating func noteReserved() {
        for (index, policy) in stage.policies.enumerated() {
            let present = Set(facts.reserved(policy).map(\.ip))
            for ip in present {
                if reservedSince[index][ip] == nil { reservedSince[index][ip] = now }
                reservedLast[index][ip] = now
            }
            for ip in reservedSince[index].keys where !present.contains(ip) { reservedSince[index][ip] = nil }
        }
    }

    mutating func record(_ event: ToolEvent, at time: Int, isDisturbed: Bool) {
        if !isDisturbed { undisturbed += time - now }
        now = time
        switch event {
        case .started(let replica, let epoch):
            epochs[replica] = epoch
            beliefs[replica] = nil
            renewedAt[replica] = nil
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
        case .sends, .revokes: break
        }
    }

    /// Admitted by rule 2's meaning: a rule that admits this address alone, on every managed port of the policy.
    private mutating func noteReading(_ replica: Int, _ epoch: Int, _ reading: SecurityGroup, _ time: Int) {
        for (index, policy) in stage.policies.enumerated() {
            guard let group = policy.securityGroups.first(where: { $0.reference == reading.reference }) else { continue }
            let own = reading.rules.filter { rule in group.ports.allSatisfy { rule.traffic.admitsAny(of: $0) } }
            for case .cidr(let block) in own.map(\.source) where block.isSingleAddress {
                shown[Shown(replica: replica, epoch: epoch, policy: index, group: reading.reference, ip: block.network)] = time
            }
        }
    }

    func claim(on instance: InstanceReference) -> SwapClaim? { facts.claims[instance].flatMap(SwapClaim.init(json:)) }

    /// Since when this instance holds this address and the pool has it, if both are old enough to be known to any decision.
    func hasLongHeld(_ instance: InstanceReference, _ ip: IPAddress) -> Bool {
        guard let entry = held[instance], entry.ip == ip, let since = poolSince[instance] else { return false }
        return now - max(entry.since, since) > Self.grace
    }

    func isLongReserved(_ policy: Int, _ ip: IPAddress) -> Bool { reservedSince[policy][ip].map { now - $0 > Self.grace } ?? false }
    func wasReservedLately(_ policy: Int, _ ip: IPAddress) -> Bool { reservedLast[policy][ip].map { now - $0 <= Self.grace } ?? false }
}

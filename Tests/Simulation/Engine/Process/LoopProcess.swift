import Locking
import Model
import Planning
import Reconciliation
import Sandbox

/// One policy's loop in one process: performs the effects of the shipped machine as `PolicyLoop` does, in virtual time. It decides nothing.
final class LoopProcess {
    unowned let replica: Replica
    let index: Int
    let policy: Whitelist
    private(set) var machine: ReconcilerMachine
    private(set) var latest: PassReport?
    private var timer = 0
    private var inbox: [Reconciler.Input] = []
    private var isStepping = false
    private var watching: NodeWatching?
    /// Of the process that it belongs to: an effect can be the death of it.
    private let epoch: Int
    private var isAlive: Bool { replica.epoch == epoch }

    var sim: Simulator { replica.sim }

    init(_ index: Int, _ replica: Replica) {
        self.index = index
        self.replica = replica
        epoch = replica.epoch
        let stage = replica.sim.stage
        policy = stage.policies[index]
        var times = LoopTimes(interval: .seconds(replica.sim.scenario[.interval]))
        times.lastGoodAge = .seconds(replica.sim.scenario[.lastGood])
        let random = Locked(replica.sim.draw.generator(.identifiers, replica.number * 8 + index + 1, replica.epoch))
        machine = ReconcilerMachine(
            policy: policy, mode: .write, times: times, ownNode: replica.ownNode, otherPorts: Self.otherPorts(policy, stage.policies),
            otherPolicies: Set(stage.policies.map(\.name)).subtracting([policy.name]), whitelistOnly: false,
            hash: { Self.hash($0) }, uuid: { random.withLock { $0.uuid() } })
    }

    static func otherPorts(_ policy: Whitelist, _ policies: [Whitelist]) -> [SecurityGroupReference: [ManagedPort]] {
        var ports: [SecurityGroupReference: [ManagedPort]] = [:]
        for other in policies where other.name != policy.name {
            for group in other.securityGroups { ports[group.reference, default: []] += group.ports }
        }
        return ports
    }

    /// FNV-1a in place of SHA-256: a digest for approvals, nothing more.
    static func hash(_ bytes: [UInt8]) -> String {
        let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return String(value | 1 << 63, radix: 16)
    }

    func start() {
        // The first call of another loop, or of this one, may have been the end of the process.
        guard isAlive else { return }
        send(.leading(false))
        if let selector = policy.nodes?.selector {
            let watching = NodeWatching(self, selector)
            self.watching = watching
            replica.sim.watches.append(watching)
            watching.start()
        }
        if isAlive { send(.start) }
    }

    /// Inputs are taken one after another, also those that an effect brings about at once.
    func send(_ input: Reconciler.Input) {
        inbox.append(input)
        guard !isStepping else { return }
        isStepping = true
        while isAlive, !inbox.isEmpty {
            let input = inbox.removeFirst()
            for effect in machine.step(now: replica.moment, input) where isAlive { perform(effect) }
        }
        isStepping = false
    }

    private func perform(_ effect: Reconciler.Effect) {
        switch effect {
        case .observe(let pass, let groups): observe(pass, groups)
        case .inquire(let pass, let inquiries): inquire(pass, inquiries)
        case .seekStrays: seekStrays()
        case .group(let work, let group, let effect): perform(work, group, effect)
        case .swap(let id, let node, let instance, let effect): perform(id, node, instance, effect)
        case .removeTaint(let node, let key):
            replica.removeTaint(key, from: node) { [unowned self] result in
                send(.taintRemoved(node, result))
                if case .success = result { send(.wake) }
            }
        case .wake(let at): setTimer(at)
        case .planned(let report):
            latest = report
            sim.trace.add(sim.now, 30, index, "\(replica.name) pass \(report.pass) of \(policy.name): \(report.plan.brief)")
            if !report.settledApprovals.isEmpty { replica.settled(report.settledApprovals, by: index) }
            sim.planned(self, report)
        case .notice(let notice):
            sim.trace.add(
                sim.now, 31, index, "\(replica.name) \(notice.severity.rawValue) \(notice.kind.rawValue): \(notice.message.prefix(200))")
        case .stopped: replica.loopStopped()
        }
    }

    private func setTimer(_ at: Instant) {
        timer += 1
        let mine = timer
        replica.after(Int((at - sim.instant).milliseconds)) { [unowned self] in if mine == timer { send(.elapsed) } }
    }

    // MARK: A group's work

    private func perform(_ work: Int, _ group: Whitelist.Group, _ effect: GroupWork.Effect) {
        switch effect {
        case .describe: replica.describe(group.reference, Cancellation()) { [unowned self] in send(.group(work: work, .described($0))) }
        case .authorize(let permissions):
            replica.authorize(group.reference, permissions) { [unowned self] in send(.group(work: work, .authorized($0))) }
        case .revoke(let rules):
            sim.note(.revokes(replica.number, replica.epoch, policy: index, group.reference, rules.map(\.id)))
            replica.revoke(group.reference, rules) { [unowned self] in send(.group(work: work, .revoked($0))) }
        case .wait(let delay): replica.after(Int(delay.milliseconds)) { [unowned self] in send(.group(work: work, .elapsed)) }
        case .finish: break
        }
    }

    // MARK: A swap

    private func perform(_ id: Int, _ node: Node, _ instance: InstanceReference, _ effect: Swap.Effect) {
        switch effect {
        case .writeClaim(let expected, let claim):
            replica.replaceClaim(on: node, expected: expected, with: claim) { [unowned self] in send(.swap(id: id, .claimWritten($0))) }
        case .readInstance: replica.instance(instance, Cancellation()) { [unowned self] in send(.swap(id: id, .instance($0))) }
        case .askPermissions: replica.missingPermissions(instance) { [unowned self] in send(.swap(id: id, .permissions($0))) }
        case .readAddress(let reference): replica.address(reference, Cancellation()) { [unowned self] in send(.swap(id: id, .address($0))) }
        case .detach(let interface, let name, let requestID):
            replica.detach(instance, interface, name, requestID) { [unowned self] in send(.swap(id: id, .detached($0))) }
        case .attach(let interface, let name, let natIP, let tier, let requestID):
            replica.attach(instance, interface, name, natIP, tier, requestID) { [unowned self] in send(.swap(id: id, .attached($0))) }
        case .wait(let delay): replica.after(Int(delay.milliseconds)) { [unowned self] in send(.swap(id: id, .elapsed)) }
        case .finish: break
        }
    }
}

extension Plan {
    /// One line for the trace.
    var brief: String {
        let groups = self.groups.map {
            "+\($0.authorizations.count) -\($0.revocations.count) held \($0.held.count)\($0.unknown == nil ? "" : " unknown")"
        }
        let nodes = self.nodes.map { node in
            switch node.state {
            case .bound(let address): "\(node.node.name)=\(address.name)"
            case .swapping(let address): "\(node.node.name)→\(address.name)"
            case .waiting(let reason): "\(node.node.name) waits (\(reason))"
            }
        }
        return
            "groups [\(groups.joined(separator: "; "))], swaps \(swaps.count), resumes \(resumes.count), unknowns \(unknowns.count), \(nodes.joined(separator: ", "))"
    }
}

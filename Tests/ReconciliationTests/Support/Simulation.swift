import Alerting
import Fixtures
import Locking
import Model
import Planning

@testable import Reconciliation

/// Runs a policy's reconciler against a `World` in virtual time: events in a queue, no task, no sleep. The same input gives the same run.
final class Simulation {
    enum Call: Hashable {
        case listAddresses, listNodes, listAllNodes, projectAddresses
        case describe(SecurityGroupReference)
        case authorize(SecurityGroupReference, Int)
        case revoke(SecurityGroupReference, Int)
        case instance(String)
        case permissions(String)
        case address(String)
        case detach(String)
        case attach(String, IPAddress?)
        case claim(String)
        case unclaim(String)
        case removeTaint(String)
    }

    enum Fault {
        case none
        /// The call has no effect.
        case fail(APIError)
        /// The call takes effect, and its answer is lost.
        case lost
        /// No effect, no answer.
        case hang
        /// The process dies before the call is sent, or once it has taken effect.
        case crashBefore, crashAfter
    }

    struct Record {
        var at: Duration
        var call: Call
    }

    let policy: Whitelist
    var times = LoopTimes(interval: .seconds(30))
    var world = World()
    var now = Duration.seconds(1000)
    var calls: [Record] = []
    var notices: [Notice] = []
    var reports: [PassReport] = []
    /// What is told of what lasts.
    private(set) var alerts: [AlertTransition] = []
    private var book = AlertBook(times: AlertTimes())
    var isStopped = false
    var holdsLease = true
    var ownNode: String?
    /// What the service account lacks.
    var missingPermissions: [String] = []
    var fault: (Int, Call) -> Fault = { _, _ in .none }
    var latency: (Call) -> Duration = { _ in .milliseconds(100) }
    /// EC2 shows what it was so long ago.
    var describeLag = Duration.zero
    var statusLag = Duration.seconds(20)
    var readingLimit = Duration.seconds(10)
    var restartAfter = Duration.seconds(3)
    private(set) var crashes = 0

    private var machine: ReconcilerMachine?
    private var epoch = 0
    private var queue: [(at: Duration, order: Int, action: () -> Void)] = []
    private var order = 0
    private var timer = 0
    private var history: [SecurityGroupReference: [(at: Duration, rules: [SecurityGroupRule])]] = [:]
    private let ids = Locked(0)

    init(_ policy: Whitelist = Fixture.policy(), nodes: ClosedRange<Int>? = nil, addresses: [Int] = [], rules: [SecurityGroupRule] = []) {
        self.policy = policy
        for group in policy.securityGroups { world.groups[group.reference] = rules }
        for number in addresses { world.addresses[Fixture.address(number).reference] = Fixture.address(number) }
        if let nodes { for number in nodes { addNode(number) } }
    }

    var moment: Moment {
        Moment(instant: Instant(sinceOrigin: now), wall: Timestamp(secondsSinceEpoch: 1_770_000_000) + now)
    }

    func addNode(_ number: Int, tainted: Bool = true) {
        let node = Fixture.node(number, tainted: tainted)
        world.nodes[node.name] = node
        world.instances[Fixture.instanceReference(number)] = Fixture.instance(number)
    }

    /// The alerts of a kind that fired.
    func fired(_ kind: AlertKind) -> [Condition] {
        alerts.filter { $0.change == .fired && $0.alert.identity.kind == kind }.map(\.alert.condition)
    }

    // MARK: Time

    func after(_ delay: Duration, _ action: @escaping () -> Void) {
        order += 1
        let entry = (at: now + delay, order: order, action: action)
        let index = queue.firstIndex { ($0.at, $0.order) > (entry.at, entry.order) } ?? queue.endIndex
        queue.insert(entry, at: index)
    }

    func run(for duration: Duration) {
        let end = now + duration
        while let next = queue.first, next.at <= end {
            queue.removeFirst()
            now = next.at
            next.action()
        }
        now = end
    }

    // MARK: The process

    func start(leading: Bool = true) {
        let ids = ids
        machine = ReconcilerMachine(
            policy: policy, mode: .write, times: times, ownNode: ownNode, otherPorts: [:], whitelistOnly: false, hash: Fixture.hash,
            uuid: {
                ids.withLock {
                    $0 += 1
                    return "id-\($0)"
                }
            })
        send(.start)
        if leading { send(.leading(true)) }
    }

    func send(_ input: Reconciler.Input) {
        guard let effects = machine?.step(now: moment, input) else { return }
        let epoch = epoch
        for effect in effects where epoch == self.epoch { perform(effect) }
    }

    /// What is on its way goes on; the answers reach nobody.
    func crash() {
        crashes += 1
        epoch += 1
        machine = nil
        after(restartAfter) { self.start() }
    }

    private func perform(_ effect: Reconciler.Effect) {
        switch effect {
        case .observe(let pass, let groups): observe(pass, groups)
        case .inquire(let pass, let inquiries): inquire(pass, inquiries)
        case .seekStrays:
            let (name, selector) = (policy.name, policy.nodes?.selector)
            read(
                .listAllNodes,
                { world in
                    .success(world.nodes.values.filter { !(selector?.matches($0.labels) ?? false) && $0.claim?.policy == name })
                }, { self.send(.strays($0)) })
        case .group(let work, let group, let effect): perform(work, group, effect)
        case .swap(let id, let node, let instance, let effect): perform(id, node, instance, effect)
        case .removeTaint(let node, let key):
            write(.removeTaint(node.name), { $0.removeTaint(key, from: node) }, { self.send(.taintRemoved(node, $0)) })
        case .planned(let report):
            reports.append(report)
            let findings = Conditions.of(report.plan, stranded: report.stranded, policy: policy)
            for case .tell(let transition) in book.step(
                now: moment, .findings(source: policy.name, findings, repeatEvery: .seconds(3600)))
            { alerts.append(transition) }
        case .notice(let notice): notices.append(notice)
        case .wake(let at):
            timer += 1
            let (mine, epoch) = (timer, epoch)
            after(max(.zero, at.sinceOrigin - now)) {
                if mine == self.timer && epoch == self.epoch { self.send(.elapsed) }
            }
        case .stopped: isStopped = true
        }
    }

    // MARK: Calls

    private func invoke<T>(
        _ call: Call, _ effect: @escaping (inout World) -> Result<T, APIError>, _ deliver: @escaping (Result<T, APIError>) -> Void
    ) {
        let index = calls.count
        calls.append(Record(at: now, call: call))
        let (fault, epoch, delay) = (fault(index, call), epoch, latency(call))
        func answer(_ result: Result<T, APIError>, after delay: Duration) {
            after(delay) { if epoch == self.epoch { deliver(result) } }
        }
        switch fault {
        case .hang: return
        case .fail(let error): return answer(.failure(error), after: delay)
        case .crashBefore: return crash()
        case .none, .lost, .crashAfter: break
        }
        after(delay / 2) {
            let result = effect(&self.world)
            self.remember()
            self.world.check()
            switch fault {
            case .crashAfter: if epoch == self.epoch { self.crash() }
            case .lost: answer(.failure(.lost), after: delay - delay / 2)
            default: answer(result, after: delay - delay / 2)
            }
        }
    }

    private func write(
        _ call: Call, _ effect: @escaping (inout World) -> Result<Void, APIError>, _ deliver: @escaping (Result<Void, APIError>) -> Void
    ) {
        guard holdsLease else {
            let epoch = epoch
            return after(.zero) { if epoch == self.epoch { deliver(.failure(Self.leaseLost("\(call)"))) } }
        }
        invoke(call, effect, deliver)
    }

    private static func leaseLost(_ write: String) -> APIError {
        do throws(APIError) {
            try WriteGate { false }.pass(.kubernetes, "write", on: write, after: nil)
            preconditionFailure("a closed gate lets nothing pass")
        } catch {
            return error
        }
    }

    private func remember() {
        for (group, rules) in world.groups where history[group]?.last?.rules != rules { history[group, default: []].append((now, rules)) }
    }

    /// A reading within its limit, or unknown.
    private func read<T>(_ call: Call, _ effect: @escaping (inout World) -> Result<T, APIError>, _ deliver: @escaping (Reading<T>) -> Void)
    {
        var isDone = false
        let epoch = epoch
        func once(_ reading: Reading<T>) {
            if !isDone && epoch == self.epoch {
                isDone = true
                deliver(reading)
            }
        }
        after(readingLimit) { once(.unknown(Unknown(.failed, "no answer"))) }
        invoke(call, effect) { result in
            switch result {
            case .success(let value): once(.known(value))
            case .failure(let error): once(.unknown(error.unknown))
            }
        }
    }

    private func describe(_ world: World, _ group: SecurityGroupReference) -> Result<SecurityGroup, APIError> {
        guard var rules = world.groups[group] else { return .failure(.gone) }
        if describeLag > .zero, let past = history[group] {
            rules = past.last { $0.at + describeLag <= now }?.rules ?? past[0].rules
        }
        return .success(SecurityGroup(reference: group, rules: rules))
    }

    private func observe(_ pass: Int, _ groups: [Whitelist.Group]) {
        remember()
        var observation = Observation(
            at: moment, addresses: .known(AddressListing(addresses: [], unknownRegions: [:])), nodes: .known([]), groups: [:])
        var open = groups.count + 2
        let finished = {
            open -= 1
            if open == 0 { self.send(.observed(pass: pass, observation)) }
        }
        let selection = policy.addresses
        read(
            .listAddresses, { world in .success(world.listing(where: selection.selects)) },
            {
                observation.addresses = $0
                finished()
            })
        let selector = policy.nodes?.selector
        read(
            .listNodes,
            { world in .success(selector.map { selector in world.nodes.values.filter { selector.matches($0.labels) } } ?? []) },
            {
                observation.nodes = $0
                finished()
            })
        for group in groups {
            read(
                .describe(group.reference), { self.describe($0, group.reference) },
                {
                    observation.groups[group.reference] = $0
                    finished()
                })
        }
    }

    private func inquire(_ pass: Int, _ inquiries: [Inquiry]) {
        var answers: [Inquiry: Reconciler.Answer] = [:]
        func took(_ inquiry: Inquiry, _ answer: Reconciler.Answer) {
            answers[inquiry] = answer
            if answers.count == inquiries.count { send(.answered(pass: pass, answers)) }
        }
        for inquiry in inquiries {
            switch inquiry {
            case .instance(let reference):
                read(.instance(reference.name), { $0.instance(reference) }, { took(inquiry, .instance($0)) })
            case .projectAddresses:
                read(.projectAddresses, { .success($0.listing { _ in true }) }, { took(inquiry, .projectAddresses($0)) })
            case .lookup(let reference):
                read(.address(reference.name), { .success($0.lookup(reference)) }, { took(inquiry, .lookup($0)) })
            }
        }
    }

    private func perform(_ work: Int, _ group: Whitelist.Group, _ effect: GroupWork.Effect) {
        let reference = group.reference
        switch effect {
        case .describe: invoke(.describe(reference), { self.describe($0, reference) }, { self.send(.group(work: work, .described($0))) })
        case .authorize(let permissions):
            write(
                .authorize(reference, permissions.count), { $0.authorize(reference, permissions) },
                { self.send(.group(work: work, .authorized($0))) })
        case .revoke(let rules):
            write(
                .revoke(reference, rules.count), { $0.revoke(reference, rules.map(\.id)) }, { self.send(.group(work: work, .revoked($0))) })
        case .wait(let delay): elapse(delay) { self.send(.group(work: work, .elapsed)) }
        case .finish: break
        }
    }

    private func elapse(_ delay: Duration, _ action: @escaping () -> Void) {
        let epoch = epoch
        after(delay) { if epoch == self.epoch { action() } }
    }

    private func perform(_ id: Int, _ node: Node, _ instance: InstanceReference, _ effect: Swap.Effect) {
        switch effect {
        case .writeClaim(let expected, let claim):
            write(
                claim == nil ? .unclaim(node.name) : .claim(node.name), { $0.replaceClaim(on: node, expected: expected, with: claim) },
                { self.send(.swap(id: id, .claimWritten($0))) })
        case .readInstance: invoke(.instance(instance.name), { $0.instance(instance) }, { self.send(.swap(id: id, .instance($0))) })
        case .askPermissions:
            let missing = missingPermissions
            invoke(.permissions(node.name), { _ in .success(missing) }, { self.send(.swap(id: id, .permissions($0))) })
        case .readAddress(let reference):
            invoke(.address(reference.name), { .success($0.lookup(reference)) }, { self.send(.swap(id: id, .address($0))) })
        case .detach(_, let name, let requestID):
            write(
                .detach(node.name), { $0.detach(instance, name: name, requestID: requestID) }, { self.send(.swap(id: id, .detached($0))) })
        case .attach(_, let name, let natIP, let tier, let requestID):
            write(
                .attach(node.name, natIP),
                { $0.attach(instance, name: name, natIP: natIP, tier: tier, requestID: requestID) },
                { self.send(.swap(id: id, .attached($0))) })
            after(statusLag) { self.world.refreshStatus(node.name) }
        case .wait(let delay): elapse(delay) { self.send(.swap(id: id, .elapsed)) }
        case .finish: break
        }
    }

    // MARK: What came of it

    func ip(_ number: Int) -> IPAddress? { world.instances[Fixture.instanceReference(number)]?.accessConfig?.natIP }

    /// The pool nodes that hold a reserved Address, sorted.
    var bound: [String] {
        let reserved = Set(world.addresses.values.filter(policy.addresses.selects).map(\.ip))
        return world.nodes.values.filter { node in
            node.instance.flatMap { world.instances[$0]?.accessConfig?.natIP }.map(reserved.contains) ?? false
        }.map(\.name).sorted()
    }

    var reservedBlocks: [String] { world.addresses.values.filter(policy.addresses.selects).map { "\($0.cidr)" }.sorted() }

    func groupCalls(since index: Int = 0) -> [Call] {
        calls[index...].map(\.call).filter {
            switch $0 {
            case .describe, .authorize, .revoke: true
            default: false
            }
        }
    }
}

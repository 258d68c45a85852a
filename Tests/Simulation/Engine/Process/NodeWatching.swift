import Kubernetes
import Model
import Reconciliation
import Sandbox

/// The reflector of one loop, as `NodeReflector` runs it: list, watch, and a wake for each change.
final class NodeWatching {
    unowned let loop: LoopProcess
    let selector: LabelSelector
    private var machine = NodeReflector.StateMachine(nodesLimit: 20_000)
    private var position = 0
    /// Of the watch that is open; grows with each.
    private var generation = 0
    private var isOpen = false
    private var isPolling = false
    private var pending: PlannedFault?
    /// What somebody knows who reads a node whenever it is told of it, and only then.
    private var told: [String: NodeDigest] = [:]

    var replica: Replica { loop.replica }
    private var sim: Simulator { loop.sim }

    init(_ loop: LoopProcess, _ selector: LabelSelector) {
        self.loop = loop
        self.selector = selector
    }

    func start() { step(.start) }

    private func step(_ input: NodeReflector.StateMachine.Input) {
        for effect in machine.step(input, at: replica.moment, unit: replica.unit()) {
            switch effect {
            case .notify(let change):
                told[change.name] = sim.node(change.name, selector).map(NodeDigest.init)
                loop.send(.wake)
            case .report: break
            case .list:
                isOpen = false
                sim.note(.watches(replica.number, replica.epoch, policy: loop.index))
                replica.listNodes(selector, "reflector", Cancellation()) { [unowned self] result in
                    switch result {
                    case .success(let list): step(.listed(list))
                    case .failure(let error): step(.listFailed(error))
                    }
                }
            case .watch(let version, let seconds): watch(Int(version) ?? 0, seconds)
            case .wait(let delay):
                isOpen = false
                replica.after(Int(delay.milliseconds)) { [unowned self] in step(.waited) }
            }
        }
    }

    private func watch(_ version: Int, _ seconds: Int) {
        isOpen = false
        generation += 1
        let mine = generation
        sim.note(.watches(replica.number, replica.epoch, policy: loop.index))
        let next = sim.upcomingWatchFault
        sim.attempt(.watchNodes, "from \(version)", from: replica, limit: 30_000) { [sim] _ in
            version < sim.world.kubernetes.compactedResourceVersion ? .failure(Refusal(410, "Expired")) : .success(())
        } done: { [unowned self] (answer: Answer<Void>) in
            guard mine == generation else { return }
            switch answer {
            case .value:
                isOpen = true
                position = version
                pending = next
                step(.watchOpened)
                if next?.kind == .watchDrop {
                    replica.after(2000) { [unowned self] in
                        if mine == generation && isOpen { sim.coverage.count(.watchDrop, .watchNodes) }
                        close(mine, with: .watchEnded)
                    }
                }
                replica.after(seconds * 1000) { [unowned self] in close(mine, with: .watchEnded) }
                wake()
            case .refused(let refusal):
                let (disposition, _) = APIError.kubernetesDisposition(
                    status: refusal.status, reason: refusal.code, retryAfter: refusal.retryAfter, isWrite: false)
                step(.watchFailed(failure(refusal.code, disposition)))
            case .broken: step(.watchFailed(failure("interrupted", .retry(after: nil))))
            }
        }
    }

    private func failure(_ code: String, _ disposition: APIError.Disposition) -> APIError {
        APIError(api: .kubernetes, operation: "watch nodes", resource: "nodes", code: code, message: "", disposition: disposition)
    }

    private func close(_ mine: Int, with input: NodeReflector.StateMachine.Input) {
        guard mine == generation, isOpen else { return }
        isOpen = false
        step(input)
    }

    /// Something changed in the store: the watch brings it a moment later.
    func wake() {
        guard isOpen, !isPolling, sim.now >= replica.cutOffUntil else { return }
        isPolling = true
        replica.after(5) { [unowned self] in
            isPolling = false
            deliver()
        }
    }

    private func deliver() {
        guard isOpen else { return }
        guard let found = try? sim.world.kubernetes.events(.nodes, sim.nodeSelector(selector), since: position) else {
            isOpen = false
            return step(.event(.error(code: 410, reason: "Expired", message: "too old resource version")))
        }
        position = sim.world.kubernetes.resourceVersion
        var events: [WatchEvent] = found.map { event in
            let node = NodeReading.read(event.object)
            return switch event.kind {
            case .added: .added(node)
            case .modified: .modified(node)
            case .deleted: .deleted(node)
            }
        }
        switch pending?.kind {
        case .watchGone where !events.isEmpty:
            sim.coverage.count(.watchGone, .watchNodes)
            pending = nil
            isOpen = false
            return step(.event(.error(code: 410, reason: "Expired", message: "too old resource version")))
        case .watchDuplicate where !events.isEmpty:
            sim.coverage.count(.watchDuplicate, .watchNodes)
            events += events
        case .watchReorder where Set(events.compactMap(\.name)).count > 1:
            sim.coverage.count(.watchReorder, .watchNodes)
            events = Self.reordered(events)
        default: break
        }
        let mine = generation
        for event in events where isOpen && mine == generation { step(.event(event)) }
    }
}

extension NodeWatching {
    /// The objects in another order, each with its own events in theirs: no store shows the history of one object backwards, and no client
    /// could tell.
    private static func reordered(_ events: [WatchEvent]) -> [WatchEvent] {
        var names: [String] = []
        for name in events.compactMap(\.name) where !names.contains(name) { names.append(name) }
        return names.reversed().flatMap { name in events.filter { $0.name == name } }
    }

    /// A node of which the reflector, or whoever listens to it, knows something else than what is so; `nil` once all is known.
    func misses() -> String? {
        let real = Dictionary(uniqueKeysWithValues: sim.nodes(selector).map { ($0.name, NodeDigest($0)) })
        func different(_ known: [String: NodeDigest]) -> String? {
            Set(real.keys).union(known.keys).filter { real[$0] != known[$0] }.min()
        }
        if let name = different(machine.nodes) { return "\(replica.name)'s reflector knows something else of \(name) than what is so" }
        return different(told).map { "\(replica.name)'s reflector has not told what became of \($0)" }
    }
}

extension WatchEvent {
    fileprivate var name: String? {
        switch self {
        case .added(let node), .modified(let node), .deleted(let node): node.name
        case .bookmark, .error: nil
        }
    }
}

extension Simulator {
    func node(_ name: String, _ selector: LabelSelector) -> Node? {
        guard let object = world.kubernetes.object(.nodes, KubernetesObjectKey(name: name)) else { return nil }
        let node = reading.node(object)
        return selector.matches(node.labels) ? node : nil
    }

    /// The fault that the next watch will meet: some of them show only once events come.
    var upcomingWatchFault: PlannedFault? {
        let occurrence = occurrences[CallKind.watchNodes.index] + 1
        return isChaotic ? scenario.faults.first { $0.call == .watchNodes && $0.occurrence == occurrence } : nil
    }

    func nodeSelector(_ selector: LabelSelector) -> KubernetesSelector {
        var all = KubernetesSelector()
        all.labels = selector
        return all
    }
}

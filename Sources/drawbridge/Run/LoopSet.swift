import Kubernetes
import Logging
import Model
import Reconciliation

/// The loops of all policies. A policy that changed gets a new loop once its old one has finished its swaps, or the grace period is over:
/// then the new one takes them up from their claims. The others don't notice.
actor LoopSet {
    private struct Running {
        var loop: PolicyLoop
        var key: Key
        var tasks: Task<Void, Never>
    }

    /// What a loop depends on beside the clouds.
    private struct Key: Equatable {
        var policy: Whitelist
        var otherPorts: [SecurityGroupReference: [ManagedPort]]
    }

    private let settings: Controller.Settings
    private let surroundings: Surroundings
    private let clouds: Clouds
    private let client: KubernetesClient?
    private let recorder: EventRecorder?
    private let leadership: Leadership
    private let logger: Logger
    private let report: @Sendable (_ policy: String, PolicyLoop.Report) -> Void
    private var running: [String: Running] = [:]
    private var isStopping = false

    init(
        settings: Controller.Settings, surroundings: Surroundings, clouds: Clouds, client: KubernetesClient?, recorder: EventRecorder?,
        leadership: Leadership, logger: Logger, report: @escaping @Sendable (_ policy: String, PolicyLoop.Report) -> Void
    ) {
        self.settings = settings
        self.surroundings = surroundings
        self.clouds = clouds
        self.client = client
        self.recorder = recorder
        self.leadership = leadership
        self.logger = logger
        self.report = report
    }

    /// Waits until it is cancelled; the loops' tasks end with it.
    func run() async {
        try? await clouds.runtime.sleep(.seconds(100 * 365 * 86_400))
        for entry in running.values { entry.tasks.cancel() }
    }

    func replace(with policies: [Whitelist]) async {
        let wanted = Dictionary(
            uniqueKeysWithValues: policies.map { ($0.name, Key(policy: $0, otherPorts: Session.otherPorts($0, policies))) })
        let leaving = running.filter { wanted[$0.key] != $0.value.key }
        for entry in leaving.values { entry.loop.send(.stop) }
        for (name, entry) in running where leaving[name] == nil { entry.loop.send(.otherPolicies(Session.others(than: name, policies))) }
        await withTaskGroup(of: String.self) { [runtime = clouds.runtime, limit = settings.gracePeriod] ends in
            for (name, entry) in leaving {
                ends.addTask {
                    await Self.end([entry.tasks], within: limit, runtime)
                    return name
                }
            }
            for await name in ends {
                running[name] = nil
                if let policy = policies.first(where: { $0.name == name }), !isStopping {
                    start(policy, of: policies)
                } else {
                    leadership.left(name)
                }
            }
        }
        // A policy that is new may manage what one that left did: it begins once that one has ended.
        for policy in policies where running[policy.name] == nil && !isStopping { start(policy, of: policies) }
    }

    /// - Returns: whether all ended in time. Those that did not are cancelled; the claims of their swaps stay.
    @discardableResult
    private static func end(_ tasks: [Task<Void, Never>], within limit: Duration, _ runtime: Runtime) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for task in tasks { await task.value }
                return true
            }
            group.addTask {
                do { try await runtime.sleep(limit) } catch { return false }
                for task in tasks { task.cancel() }
                return false
            }
            let first = await group.next() ?? true
            group.cancelAll()
            return first
        }
    }

    private func start(_ policy: Whitelist, of policies: [Whitelist]) {
        let machine = Session.machine(
            policy, of: policies, mode: settings.isDryRun ? .dryRun : .write, interval: settings.interval, surroundings: surroundings,
            whitelistOnly: false)
        let leadership = leadership
        let report = report
        let loop = PolicyLoop(
            machine: machine, ports: clouds.ports(recorder: recorder, lease: settings.leaseName, mayWrite: { leadership.mayWrite }),
            readingLimit: Session.readingLimit,
            report: { report(policy.name, $0) })
        loop.send(.leading(leadership.leads))
        for digest in leadership.approvals { loop.send(.approve(digest)) }
        let reflector = reflector(policy, loop)
        let tasks = Task {
            await withTaskGroup(of: Void.self) { tasks in
                if let reflector { tasks.addTask { await reflector.run() } }
                await loop.run()
                tasks.cancelAll()
            }
        }
        running[policy.name] = Running(loop: loop, key: Key(policy: policy, otherPorts: Session.otherPorts(policy, policies)), tasks: tasks)
    }

    private func reflector(_ policy: Whitelist, _ loop: PolicyLoop) -> NodeReflector? {
        guard let client, let selector = policy.nodes?.selector else { return nil }
        let logger = logger
        return NodeReflector(
            client: client, selector: selector, runtime: clouds.runtime, onChange: { _ in loop.send(.wake) },
            onTrouble: { logger.warning("nodes can't be watched just now: \($0)", metadata: ["policy": "\(policy.name)"]) })
    }

    func lead(_ leads: Bool) {
        for entry in running.values { entry.loop.send(.leading(leads)) }
    }

    /// Those with a loop.
    var policies: Set<String> { Set(running.keys) }

    func approve(_ digest: String) {
        for entry in running.values { entry.loop.send(.approve(digest)) }
    }

    /// Stops every loop. - Returns: whether all of them ended in time; those that did not are cancelled, their claims stay.
    func stop(within limit: Duration) async -> Bool {
        isStopping = true
        for entry in running.values { entry.loop.send(.stop) }
        let isClean = await Self.end(running.values.map(\.tasks), within: limit, clouds.runtime)
        running = [:]
        return isClean
    }
}

import Kubernetes
import Locking
import Logging
import Model
import Reconciliation
import Reporting

/// The election of this process, and who is to be told of it. In a dry run nobody is elected and nothing may be written.
final class Leadership: Sendable {
    private let elector: Elector?
    private let changes: AsyncStream<Change>
    private let logger: Logger
    private let health: HealthState
    private let state = Locked(State())
    private let runtime: Runtime
    /// Told before the loops are; must not block.
    private let onLeading: @Sendable (Bool) -> Void

    private enum Change: Sendable {
        case leading(Bool)
        case approved(String)
    }

    private struct State {
        var leads = false
        var isRunning = false
        var isStopping = false
        var approvals: [String] = []
        /// The policies whose loops may still take an approval up.
        var open: [String: Set<String>] = [:]
    }

    init(
        settings: Controller.Settings, surroundings: Surroundings, client: KubernetesClient?, runtime: Runtime, logger: Logger,
        health: HealthState, onLeading: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.onLeading = onLeading
        self.logger = logger
        self.health = health
        self.runtime = runtime
        let (changes, feed) = AsyncStream<Change>.makeStream()
        self.changes = changes
        guard let client, !settings.isDryRun else {
            elector = nil
            return
        }
        let machine = ElectionMachine(
            identity: surroundings.identity, isIdentityExclusive: surroundings.isIdentityExclusive, name: settings.leaseName,
            namespace: client.namespace, times: ElectionTimes())
        elector = Elector(
            machine: machine, port: LeaseAdapter(client: client, name: settings.leaseName), runtime: runtime, callLimit: .seconds(5),
            onLeading: { feed.yield(.leading($0)) }, onApproval: { feed.yield(.approved($0)) })
    }

    var mayWrite: Bool { elector?.mayWrite ?? false }
    var leads: Bool { state.withLock { $0.leads } }
    /// For people.
    var role: ControllerSnapshot.Role {
        guard let elector else { return .dryRun }
        return leads ? .leading : elector.otherHolder.map(ControllerSnapshot.Role.standingBy) ?? .electing
    }
    var isRunning: Bool { state.withLock { $0.isRunning } }
    var approvals: [String] { state.withLock { $0.approvals } }

    /// Runs the election and tells the loops, until stopped.
    func run(_ loops: LoopSet) async {
        guard let elector else { return }
        state.withLock { $0.isRunning = true }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.tell(loops) }
            tasks.addTask { await self.watchHolder() }
            await elector.run()
            tasks.cancelAll()
        }
        state.withLock { $0.isRunning = false }
    }

    private func tell(_ loops: LoopSet) async {
        for await change in changes {
            switch change {
            case .leading(let leads):
                state.withLock { state in
                    state.leads = leads
                    // Told anew to who leads next, as far as they stand on the lease then.
                    if !leads { (state.approvals, state.open) = ([], [:]) }
                }
                if leads { health.follows(false) }
                if leads {
                    logger.info("leading: this replica is the one writer")
                } else if state.withLock({ $0.isStopping }) {
                    logger.info("not leading: this replica writes nothing")
                } else {
                    logger.warning("not leading: this replica writes nothing\(whyNot)")
                }
                onLeading(leads)
                await loops.lead(leads)
            case .approved(let digest):
                let policies = await loops.policies
                state.withLock { state in
                    if !state.approvals.contains(digest) { state.approvals.append(digest) }
                    state.open[digest] = policies
                }
                logger.info("an approval was found on the lease", metadata: ["digest": "\(digest)"])
                await loops.approve(digest)
            }
        }
    }

    /// A loop needs these approvals no longer; once none does, they are taken off the lease.
    func settled(_ digests: Set<String>, by policy: String) {
        let over = state.withLock { state in
            let over = digests.filter { digest in
                state.open[digest]?.remove(policy)
                return state.open[digest]?.isEmpty ?? true
            }
            state.approvals.removeAll(where: over.contains)
            for digest in over { state.open[digest] = nil }
            return over
        }
        if !over.isEmpty { elector?.settle(over) }
    }

    /// There is no loop of this policy any more that could take an approval up.
    func left(_ policy: String) { settled(Set(state.withLock { $0.approvals }), by: policy) }

    /// Why the lease was lost: someone else has it, or the last attempt to renew it failed.
    private var whyNot: String {
        if let holder = elector?.otherHolder { return ": \(holder) has taken the lease" }
        return elector?.trouble.map { ": the lease could not be renewed in time: \($0); check the API server, and the way to it" } ?? ""
    }

    /// What is said while a lease is held that nobody is known to have given up.
    static let proving =
        "there was no lease: it is held for \(ElectionTimes().unprovenGrace.brief) before anything is written, so that a leader whose "
        + "lease was deleted stops first"

    /// Says who leads when it is someone else, and why the lease can't be had.
    private func watchHolder() async {
        var lastHolder: String?
        var lastTrouble: String?
        var wasProving = false
        while !Task.isCancelled {
            let isProving = elector?.isProving ?? false
            if isProving && !wasProving { logger.info("\(Self.proving)") }
            wasProving = isProving
            if !leads, let holder = elector?.otherHolder, holder != lastHolder {
                logger.info("standing by", metadata: ["holder": "\(holder)"])
                health.follows(true)
                lastHolder = holder
            }
            // That someone else has written in between is how an election goes; that an answer was lost is trouble.
            let trouble = elector?.trouble.flatMap { $0.disposition == .reread && !$0.mayHaveTakenEffect ? nil : $0.description }
            if let trouble, trouble != lastTrouble { logger.warning("the lease can't be read or written: \(trouble)") }
            lastTrouble = trouble
            do { try await runtime.sleep(.seconds(1)) } catch { return }
        }
    }

    /// Gives the lease up, within a few seconds.
    func stop() async {
        guard let elector, isRunning else { return }
        state.withLock { $0.isStopping = true }
        elector.stop()
        let deadline = runtime.now().instant + .seconds(3)
        while isRunning, runtime.now().instant < deadline {
            do { try await runtime.sleep(.milliseconds(20)) } catch { return }
        }
    }
}

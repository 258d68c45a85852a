import AWS
import Model
import Planning
import Reconciliation

/// One replica's process: an election, a loop for each policy, and the clients' state that they share. It can die, be stopped, stand
/// still, and lose its way to the API server.
final class Replica {
    unowned let sim: Simulator
    let number: Int
    /// Grows with each death: what was begun before reaches nobody.
    private(set) var epoch = 0
    private(set) var isRunning = false
    private(set) var isStopping = false
    private var incarnation = 0
    private(set) var frozenUntil = 0
    var cutOffUntil = 0
    /// How far this machine's wall clock is off, in milliseconds.
    var wallOffset = 0
    private var deferred: [(epoch: Int, action: () -> Void)] = []
    private var stoppedLoops = 0

    var election: ElectionMachine
    var loops: [LoopProcess] = []
    /// How often it led no more: a call that was begun before is not repeated after.
    var losses = 0
    /// Approval → the loops that may still take it up.
    var openApprovals: [String: Set<Int>] = [:]
    var clients: Clients
    private var jitter = 0
    /// Loops of dead processes: what they began may still name them.
    private var buried: [LoopProcess] = []

    init(_ number: Int, _ sim: Simulator) {
        self.number = number
        self.sim = sim
        election = ElectionMachine(identity: "", name: "", namespace: "", times: ElectionTimes())
        clients = Clients(now: sim.instant)
    }

    var name: String { "r\(number).\(epoch)" }
    var identity: String { "drawbridge-\(number)-\(incarnation)" }
    var moment: Moment { Moment(instant: sim.instant, wall: sim.wall + .milliseconds(wallOffset)) }
    var mayWrite: Bool { isRunning && election.mayWrite(now: sim.instant) }
    var ownNode: String? { sim.stage.ownNode(of: number) }

    /// A random number of 0..<1 for jitter.
    func unit() -> Double {
        jitter += 1
        return sim.draw.unit(.jitter, number, jitter)
    }

    // MARK: Life

    func start() {
        guard !isRunning else { return }
        epoch += 1
        isRunning = true
        isStopping = false
        stoppedLoops = 0
        frozenUntil = 0
        openApprovals = [:]
        clients = Clients(now: sim.instant)
        election = ElectionMachine(
            identity: identity, isIdentityExclusive: true, name: Stage.leaseName, namespace: Stage.namespace, times: ElectionTimes())
        sim.trace.add(sim.now, 10, number, "\(name) starts as \(identity)")
        sim.note(.started(number, epoch))
        loops = sim.stage.policies.indices.map { LoopProcess($0, self) }
        let began = epoch
        for loop in loops { loop.start() }
        if epoch == began { elect(.start) }
    }

    func crash(for duration: Int) {
        guard isRunning else { return }
        sim.trace.add(sim.now, 11, number, "\(name) dies")
        sim.disturb(for: duration + Convergence.takeOver)
        end()
        sim.after(min(duration, max(0, sim.scenario[.chaos] - sim.now))) { [unowned self] in start() }
    }

    /// SIGTERM: swaps in flight are finished or restored within the grace period; another process with another name comes after `duration`.
    func stop(for duration: Int) {
        guard isRunning, !isStopping else { return }
        sim.trace.add(sim.now, 12, number, "\(name) is told to stop")
        sim.disturb(for: duration + Convergence.takeOver)
        sim.note(.stopped(number, epoch))
        isStopping = true
        let began = epoch
        for loop in loops { loop.send(.stop) }
        sim.after(25_000) { [unowned self] in if epoch == began { leave(for: duration) } }
    }

    /// A loop has nothing in flight any more; with the last one the lease is given up.
    func loopStopped() {
        stoppedLoops += 1
        guard stoppedLoops == loops.count else { return }
        leave(for: 1000)
    }

    private func leave(for duration: Int) {
        guard isRunning else { return }
        elect(.stop)
        let began = epoch
        sim.after(3000) { [unowned self] in
            guard epoch == began else { return }
            sim.trace.add(sim.now, 13, number, "\(name) has ended")
            end()
            incarnation += 1
            sim.after(duration) { [unowned self] in start() }
        }
    }

    func end() {
        isRunning = false
        epoch += 1
        deferred = []
        sim.watches.removeAll { $0.replica === self }
        buried += loops
        loops = []
    }

    func freeze(for duration: Int) {
        guard isRunning else { return }
        let until = min(sim.now + duration, sim.scenario[.chaos])
        guard until > frozenUntil else { return }
        frozenUntil = until
        sim.trace.add(sim.now, 14, number, "\(name) stands still")
        sim.disturb(for: duration + Convergence.takeOver)
        sim.queue.add(until) { [unowned self] in thaw() }
    }

    private func thaw() {
        guard sim.now >= frozenUntil, !deferred.isEmpty else { return }
        sim.trace.add(sim.now, 15, number, "\(name) goes on")
        let waiting = deferred
        deferred = []
        for entry in waiting { run(entry.epoch, entry.action) }
    }

    /// Runs something in the process that began it: not if that is dead, and later while it stands still.
    func run(_ epoch: Int, _ action: @escaping () -> Void) {
        guard self.epoch == epoch, isRunning, sim.violation == nil else { return }
        if sim.now < frozenUntil {
            deferred.append((epoch, action))
        } else {
            action()
        }
    }

    func after(_ delay: Int, _ action: @escaping () -> Void) {
        let epoch = epoch
        sim.after(delay) { [unowned self] in run(epoch, action) }
    }
}

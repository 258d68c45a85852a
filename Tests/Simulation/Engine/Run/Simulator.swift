import Model
import Planning
import Reconciliation
import Sandbox

/// One run of a scenario: the clouds, the replicas, and everything between them, on one event queue in virtual time. No task, no sleep,
/// no clock.
package final class Simulator {
    let scenario: Scenario
    let stage: Stage
    let draw: Draw
    var queue = EventQueue()
    /// Milliseconds from the start.
    var now = 0
    var world: World
    var past: Past
    var reading = NodeReading()
    var replicas: [Replica] = []
    var trace: Trace
    var ledger: Ledger
    var watches: [NodeWatching] = []
    private var watchedVersion = 0

    /// How often each kind of call was sent so far.
    var occurrences: [Int]
    private let faults: [Int: PlannedFault]
    var deniedUntil: [CallKind: Int] = [:]
    var outageUntil: [CallKind: Int] = [:]
    /// Fault kind × call kind: how often a fault took effect.
    package internal(set) var coverage = Coverage()
    package internal(set) var violation: Violation?
    var invariants: [any Invariant]
    var convergence: Convergence
    var nextNumber = 100
    /// Groups that EC2 does not know for a while.
    var hidden: [SecurityGroupReference: EC2Group] = [:]

    package init(_ scenario: Scenario, records: Bool = false) {
        self.scenario = scenario
        stage = Stage(scenario)
        draw = Draw(seed: scenario.seed)
        world = stage.world
        trace = Trace(isRecorded: records)
        occurrences = Array(repeating: 0, count: CallKind.allCases.count)
        faults = Dictionary(scenario.faults.map { (Self.key($0.call, $0.occurrence), $0) }, uniquingKeysWith: { first, _ in first })
        past = Past(world)
        ledger = Ledger(stage: stage, world: world)
        invariants = Invariants.all(stage)
        convergence = Convergence(scenario)
    }

    private static func key(_ call: CallKind, _ occurrence: Int) -> Int { occurrence * 64 + call.index }

    // MARK: Time

    /// The clouds' clock.
    var wall: Timestamp { Stage.beginning + .milliseconds(now) }
    var instant: Instant { Instant(sinceOrigin: .milliseconds(1_000_000 + now)) }
    /// Whether anything may still go wrong.
    var isChaotic: Bool { now < scenario[.chaos] }

    func after(_ delay: Int, _ action: @escaping () -> Void) { queue.add(now + max(0, delay), action) }

    // MARK: The run

    /// Runs until everything has converged, an invariant is broken, or the bound of convergence is passed.
    package func run() -> RunResult {
        for action in scenario.actions { queue.add(action.time) { [unowned self] in if isChaotic { perform(action) } } }
        for number in 0..<scenario[.replicas] {
            let replica = Replica(number, self)
            replicas.append(replica)
            after(number * 300) { replica.start() }
        }
        queue.add(scenario[.chaos]) { [unowned self] in calm() }
        while violation == nil, !convergence.isReached, let time = queue.nextTime {
            while let due = world.nextDue, due <= Stage.beginning + .milliseconds(time) {
                now = max(now, Int((due - Stage.beginning).milliseconds))
                world.advance(to: due)
                settle(.clouds)
            }
            guard let event = queue.next() else { break }
            now = event.time
            event.action()
            if now > convergence.end {
                fail(
                    "Convergence",
                    "not converged \((now - scenario[.chaos]) / 60_000) minutes after the last fault: \(convergence.complaint)")
            }
        }
        if violation == nil && !convergence.isReached { fail("Convergence", "nothing happens any more") }
        for index in invariants.indices {
            invariants[index].finish(ledger)
            coverage.count(invariants[index])
        }
        let result = RunResult(
            violation: violation, digest: trace.digest, events: trace.count, lines: trace.lines, coverage: coverage,
            passes: convergence.passes, convergedAfter: convergence.isReached ? max(0, now - scenario[.chaos]) : nil)
        for replica in replicas { replica.end() }
        queue = EventQueue()
        return result
    }

    func fail(_ invariant: String, _ message: String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, time: now, message: message)
        trace.add(now, 99, 0, "BROKEN \(invariant): \(message)")
    }

    /// After anything that may have changed the world: the books are brought up to date, and every invariant is asked.
    func settle(_ cause: Cause) {
        guard violation == nil else { return }
        world.advance(to: wall)
        // The clouds' node controller sees what people change at once, too.
        if case .person = cause { world.noticeAddresses(now: wall) }
        past.note(world, at: now)
        let change = ledger.update(world, cause: cause, at: now, trouble)
        for index in invariants.indices {
            if let message = invariants[index].check(change, ledger) { return fail(invariants[index].name, message) }
        }
        if world.kubernetes.resourceVersion != watchedVersion {
            watchedVersion = world.kubernetes.resourceVersion
            for watch in watches { watch.wake() }
        }
    }

    var trouble: Ledger.Trouble {
        let isFaulty = now < faultyUntil
        return Ledger.Trouble(delays: isFaulty || now < editedUntil || leader == nil, isFaulty: isFaulty)
    }
    private var faultyUntil = 0
    private var editedUntil = 0

    /// A fault of a call, or of a process.
    func disturb(for duration: Int) { faultyUntil = max(faultyUntil, now + duration) }
    /// The world has changed: the tool has to see it and to change its course.
    func edit() { editedUntil = max(editedUntil, now + Convergence.newCourse) }

    /// The replica that may write now.
    var leader: Replica? { replicas.first { $0.isRunning && now >= $0.frozenUntil && $0.mayWrite } }

    // MARK: Faults

    /// Counts a call that is about to be sent, and says which fault meets it.
    func meet(_ kind: CallKind) -> (occurrence: Int, fault: PlannedFault?) {
        occurrences[kind.index] += 1
        let occurrence = occurrences[kind.index]
        guard isChaotic, let fault = faults[Self.key(kind, occurrence)] else { return (occurrence, nil) }
        disturb(for: Convergence.aftermath + fault.parameter)
        trace.add(
            now, 50 + fault.kind.index, kind.index,
            "        fault \(fault.kind.rawValue) meets \(kind.rawValue) #\(occurrence) (\(fault.parameter))")
        return (occurrence, fault)
    }

    /// The end of all that goes wrong: what people have broken in a way that only people can mend is mended.
    private func calm() {
        trace.add(now, 60, 0, "nothing goes wrong from here on")
        deniedUntil = [:]
        outageUntil = [:]
        mend()
        settle(.beside)
    }
}

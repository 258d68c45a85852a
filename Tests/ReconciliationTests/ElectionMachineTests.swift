import Model
import Testing

@testable import Reconciliation

/// One writer at a time: rule 9 of the plan.
@Suite struct ElectionMachineTests {
    private struct Transcript {
        var machine = ElectionMachine(identity: "a", name: "orders-db", namespace: "drawbridge", times: ElectionTimes())
        var seconds = 1000.0

        mutating func callAsFunction(_ input: Election.Input) -> [Election.Effect] { machine.step(now: now, input) }

        var now: Moment {
            let offset = Duration.milliseconds(Int64(seconds * 1000))
            return Moment(instant: Instant(sinceOrigin: offset), wall: Timestamp(secondsSinceEpoch: 1_770_000_000) + offset)
        }
        var mayWrite: Bool { machine.mayWrite(now: now.instant) }
    }

    private func lease(_ holder: String?, version: String, annotations: [String: String] = [:], seconds: Int = 15) -> Lease {
        Lease(
            name: "orders-db", namespace: "drawbridge", resourceVersion: version, annotations: annotations, holderIdentity: holder,
            leaseDurationSeconds: seconds, acquireTime: nil, renewTime: nil, leaseTransitions: 3)
    }

    private func updated(_ effects: [Election.Effect]) -> Lease? {
        for case .update(let lease) in effects { return lease }
        return nil
    }

    /// Leads since second 1000, by version 1.
    private func leader() -> Transcript {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        #expect(step(.written(.success(lease("a", version: "1")))) == [.leading(true), .wait(.seconds(2))])
        return step
    }

    @Test func `the first replica makes the lease`() {
        var step = Transcript()
        #expect(step(.start) == [.read])
        guard case .create(let made)? = step(.read(.success(nil))).first else {
            Issue.record("no lease was made")
            return
        }
        #expect(made.holderIdentity == "a" && made.leaseDurationSeconds == 15)
        #expect(!step.mayWrite)
        #expect(step(.written(.success(lease("a", version: "1")))) == [.leading(true), .wait(.seconds(2))])
        #expect(step.mayWrite)
    }

    @Test func `a leader counts from when its renewal was sent, and stops before others may begin`() {
        var step = leader()
        step.seconds += 2
        #expect(updated(step(.elapsed))?.resourceVersion == "1")
        step.seconds += 5
        _ = step(.written(.success(lease("a", version: "2"))))
        step.seconds = 1011.9
        #expect(step.mayWrite)
        step.seconds = 1012
        #expect(!step.mayWrite)
        #expect(step(.elapsed) == [.leading(false), .read])
    }

    @Test func `a renewal that was answered too late gives no right to write`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        step.seconds += 11
        #expect(step(.written(.success(lease("a", version: "1")))) == [.wait(.seconds(2))])
        #expect(!step.mayWrite)
    }

    @Test func `another holder's time is counted here, from when its record last changed`() {
        var step = Transcript()
        _ = step(.start)
        #expect(step(.read(.success(lease("b", version: "7")))) == [.wait(.seconds(2))])
        step.seconds += 14
        _ = step(.elapsed)
        #expect(step(.read(.success(lease("b", version: "8")))) == [.wait(.seconds(2))])
        step.seconds += 14.9
        _ = step(.elapsed)
        #expect(step(.read(.success(lease("b", version: "8")))) == [.wait(.seconds(2))])
        step.seconds += 0.2
        _ = step(.elapsed)
        let next = updated(step(.read(.success(lease("b", version: "8")))))
        #expect(next?.holderIdentity == "a" && next?.resourceVersion == "8" && next?.leaseTransitions == 4)
    }

    @Test(arguments: ["", nil]) func `a released lease is taken at once`(holder: String?) {
        var step = Transcript()
        _ = step(.start)
        #expect(updated(step(.read(.success(lease(holder, version: "9")))))?.holderIdentity == "a")
    }

    @Test(arguments: [0, -5, 1_000_000]) func `an absurd duration in the record is judged by one's own`(seconds: Int) {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(lease("b", version: "7", seconds: seconds))))
        step.seconds += 15.1
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("b", version: "7", seconds: seconds))))) != nil)
    }

    @Test func `after a conflict the lease is read before anything is written`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.written(.failure(.sample("update", .reread)))) == [.read])
    }

    @Test func `a lost answer is followed by a conflict, a reading, and a renewal`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.written(.failure(.lost))) == [.wait(.seconds(2))])
        step.seconds += 2
        #expect(updated(step(.elapsed))?.resourceVersion == "1")
        #expect(step(.written(.failure(.sample("update", .reread)))) == [.read])
        #expect(updated(step(.read(.success(lease("a", version: "2")))))?.resourceVersion == "2")
        #expect(step(.written(.success(lease("a", version: "3")))) == [.wait(.seconds(2))])
        #expect(step.mayWrite)
    }

    @Test func `a stolen lease ends the leading at once, and is not stolen back`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        _ = step(.written(.failure(.sample("update", .reread))))
        #expect(step(.read(.success(lease("b", version: "2")))) == [.leading(false), .wait(.seconds(2))])
        #expect(!step.mayWrite)
        step.seconds += 2
        #expect(step(.elapsed) == [.read])
        #expect(step(.read(.success(lease("b", version: "2")))) == [.wait(.seconds(2))])
    }

    @Test func `a lease that is deleted under its holder is made anew only after the holder's time`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(lease("b", version: "7"))))
        step.seconds += 5
        _ = step(.elapsed)
        #expect(step(.read(.success(nil))) == [.wait(.seconds(2))])
        step.seconds += 10.1
        _ = step(.elapsed)
        guard case .create? = step(.read(.success(nil))).first else {
            Issue.record("no lease was made")
            return
        }
    }

    @Test func `a stop releases the lease, in whatever state`() {
        var waiting = leader()
        let effects = waiting(.stop)
        #expect(effects.first == .leading(false))
        #expect(updated(effects)?.holderIdentity == "")
        #expect(!waiting.mayWrite)
        _ = waiting(.written(.success(lease("", version: "2"))))
        #expect(waiting.machine.isStopped)

        var writing = leader()
        writing.seconds += 2
        _ = writing(.elapsed)
        #expect(writing(.stop) == [])
        #expect(updated(writing(.written(.success(lease("a", version: "2")))))?.holderIdentity == "")

        var follower = Transcript()
        _ = follower(.start)
        _ = follower(.read(.success(lease("b", version: "7"))))
        #expect(follower(.stop) == [])
        #expect(follower.machine.isStopped)
    }

    @Test func `an approval on the lease is told once, whoever holds it`() {
        var step = Transcript()
        _ = step(.start)
        let approved = lease("b", version: "7", annotations: [Election.approvalAnnotation: "0123456789ab"])
        #expect(step(.read(.success(approved))) == [.approved("0123456789ab"), .wait(.seconds(2))])
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.read(.success(approved))) == [.wait(.seconds(2))])
    }

    // MARK: Several replicas

    /// Replicas against one lease: conflicts, lost answers, late answers and writes, stalls, wall clocks apart, leases taken off by hand.
    private final class Cluster {
        struct Replica {
            var machine: ElectionMachine
            var stalledUntil: Int64 = 0
            var wallSkew: Duration
            var inbox: [(at: Int64, input: Election.Input)] = []
        }

        var random: SeededRandom
        var replicas: [Replica]
        var lease: Lease?
        var version = 0
        var now: Int64 = 0
        var pending: [(at: Int64, action: (Cluster) -> Void)] = []
        var takeovers: Set<Int> = []
        var worst = 0

        init(seed: Int, count: Int, sharesName: Bool = false) {
            random = SeededRandom(seed: UInt64(seed))
            replicas = []
            for index in 0..<count {
                let machine = ElectionMachine(
                    identity: sharesName ? "host" : "replica-\(index)", isIdentityExclusive: !sharesName, name: "l", namespace: "n",
                    times: ElectionTimes())
                replicas.append(Replica(machine: machine, wallSkew: .seconds(Int.random(in: -100_000...100_000, using: &random))))
            }
            for index in replicas.indices { replicas[index].inbox.append((Int64(index) * 137, .start)) }
        }

        func step(_ index: Int, _ input: Election.Input) {
            let wall = Timestamp(secondsSinceEpoch: 1_770_000_000) + .milliseconds(now) + replicas[index].wallSkew
            let moment = Moment(instant: Instant(sinceOrigin: .milliseconds(now) + .seconds(index * 5000)), wall: wall)
            for effect in replicas[index].machine.step(now: moment, input) { perform(index, effect) }
        }

        private func perform(_ index: Int, _ effect: Election.Effect) {
            let sent = Int64.random(in: 1...400, using: &random) * (random.chance(5) ? 20 : 1)
            let back = Int64.random(in: 1...400, using: &random) * (random.chance(5) ? 20 : 1)
            let isLost = random.chance(8)
            let isNeverSent = random.chance(4)
            // As in the shell: after five seconds a call counts as lost, while its write may still arrive.
            let isLate = sent + back > 5000 || isLost || isNeverSent
            func answer(_ make: @escaping (Cluster) -> Election.Input, _ lost: Election.Input) {
                if isLate { replicas[index].inbox.append((now + 5000, lost)) }
                guard !isNeverSent else { return }
                pending.append((now + sent, { cluster in
                    let input = make(cluster)
                    if !isLate { cluster.replicas[index].inbox.append((cluster.now + back, input)) }
                }))
            }
            switch effect {
            case .read: answer({ .read(.success($0.lease)) }, .read(.failure(.lost)))
            case .create(let lease):
                answer({ $0.lease == nil ? .written(.success($0.store(lease))) : .written(.failure(.sample("create", .reread))) }, .written(.failure(.lost)))
            case .update(let lease):
                answer(
                    { cluster in
                        guard let current = cluster.lease else { return .written(.failure(.gone)) }
                        guard current.resourceVersion == lease.resourceVersion else { return .written(.failure(.sample("update", .reread))) }
                        return .written(.success(cluster.store(lease)))
                    }, .written(.failure(.lost)))
            case .wait(let duration): replicas[index].inbox.append((now + duration.milliseconds, .elapsed))
            case .leading(let leads): if leads { takeovers.insert(index) }
            case .approved: break
            }
        }

        func store(_ lease: Lease) -> Lease {
            version += 1
            var stored = lease
            stored.resourceVersion = "\(version)"
            self.lease = stored
            return stored
        }

        func tick() {
            now += 50
            let due = pending.filter { $0.at <= now }.sorted { $0.at < $1.at }
            pending.removeAll { $0.at <= now }
            for item in due { item.action(self) }
            for index in replicas.indices {
                if replicas[index].stalledUntil < .max, random.chance(1), random.chance(10) { replicas[index].stalledUntil = now + Int64.random(in: 1000...40_000, using: &random) }
                guard replicas[index].stalledUntil <= now else { continue }
                let inputs = replicas[index].inbox.filter { $0.at <= now }.sorted { $0.at < $1.at }
                replicas[index].inbox.removeAll { $0.at <= now }
                for item in inputs { step(index, item.input) }
            }
            let writers = replicas.indices.filter { index in
                replicas[index].machine.mayWrite(now: Instant(sinceOrigin: .milliseconds(now) + .seconds(index * 5000)))
            }
            worst = max(worst, writers.count)
        }
    }

    @Test(arguments: 1...150) func `never do two replicas write, whatever is lost, late or stalled`(seed: Int) {
        let cluster = Cluster(seed: seed, count: 2 + seed % 2)
        // Fifteen minutes.
        for _ in 0..<18_000 { cluster.tick() }
        #expect(cluster.worst == 1)
        #expect(cluster.takeovers.count >= 1)
    }

    @Test(arguments: 1...60) func `two processes of one host's name don't take each other's lease for their own`(seed: Int) {
        let cluster = Cluster(seed: seed, count: 2, sharesName: true)
        for _ in 0..<12_000 { cluster.tick() }
        #expect(cluster.worst == 1)
        #expect(cluster.takeovers.count >= 1)
    }

    @Test func `a process started again under its host's name leads once nobody has renewed for ten seconds`() {
        var step = Transcript(
            machine: ElectionMachine(identity: "a", isIdentityExclusive: false, name: "orders-db", namespace: "drawbridge", times: ElectionTimes()))
        _ = step(.start)
        #expect(updated(step(.read(.success(lease("a", version: "7"))))) == nil)
        step.seconds += 9
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("a", version: "7"))))) == nil)
        step.seconds += 2
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("a", version: "7")))))?.resourceVersion == "7")
    }

    @Test func `when the leader dies another takes over within its lease and two polls`() {
        for seed in 1...30 {
            let cluster = Cluster(seed: seed, count: 2)
            for _ in 0..<200 { cluster.tick() }
            guard let first = cluster.takeovers.first else { continue }
            cluster.replicas[first].stalledUntil = .max
            for _ in 0..<2400 { cluster.tick() }
            #expect(cluster.takeovers.count == 2, "seed \(seed)")
            #expect(cluster.worst == 1)
        }
    }
}

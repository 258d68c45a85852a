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
        _ = step(.read(.success(lease("", version: "0", seconds: 1))))
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
        #expect(step(.written(.success(lease("a", version: "1")))) == [.wait(.seconds(2))])
        #expect(!step.mayWrite)
    }

    /// Renews each time it may; the seconds after which it leads.
    private func secondsUntilLeading(_ step: inout Transcript) -> Double? {
        let began = step.seconds
        for version in 100..<110 {
            step.seconds += 2
            #expect(!step.mayWrite)
            if step(.elapsed) == [.read] { _ = step(.read(.success(lease("a", version: "\(version)")))) }
            if step(.written(.success(lease("a", version: "\(version + 1)")))).contains(.leading(true)) { return step.seconds - began }
        }
        return nil
    }

    @Test func `who made the lease writes only once a renewal has succeeded four seconds later`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        _ = step(.written(.success(lease("a", version: "1"))))
        #expect(secondsUntilLeading(&step) == 4)
        #expect(step.mayWrite)
    }

    @Test func `a lost answer to the making does not shorten the wait`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        step.seconds += 5
        #expect(step(.written(.failure(.lost))) == [.wait(.seconds(2))])
        step.seconds += 2
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("a", version: "1")))))?.resourceVersion == "1")
        #expect(step(.written(.success(lease("a", version: "2")))) == [.wait(.seconds(2))])
        #expect(secondsUntilLeading(&step) == 4)
    }

    @Test func `who made the lease and then finds another's name in it does not write`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        _ = step(.written(.success(lease("a", version: "1"))))
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.read(.success(lease("b", version: "2")))) == [.wait(.seconds(2))])
        step.seconds += 10
        #expect(!step.mayWrite)
    }

    @Test func `a leader whose lease was deleted stops at once, and competes anew`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.written(.failure(.gone))) == [.leading(false), .read])
        #expect(!step.mayWrite)
        guard case .create? = step(.read(.success(nil))).first else {
            Issue.record("no lease was made")
            return
        }
        _ = step(.written(.success(lease("a", version: "2"))))
        #expect(secondsUntilLeading(&step) == 4)
    }

    @Test func `a leader that reads after a conflict that its lease was deleted stops at once`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        _ = step(.written(.failure(.sample("update", .reread))))
        #expect(step(.read(.success(nil))).first == .leading(false))
        #expect(!step.mayWrite)
    }

    @Test func `where the lease can't be made, the next attempt waits`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(nil)))
        #expect(step(.written(.failure(.gone))) == [.wait(.seconds(2))])
    }

    @Test(arguments: ["", nil, "a"]) func `a lease that was emptied by hand, or given to this process, gives no right to write at once`(holder: String?) {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(lease("b", version: "7"))))
        step.seconds += 2
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease(holder, version: "8")))))?.holderIdentity == "a")
        #expect(step(.written(.success(lease("a", version: "9")))) == [.wait(.seconds(2))])
        #expect(secondsUntilLeading(&step) == 4)
    }

    @Test func `a process started again under a name of its own leads at once`() {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(lease("a", version: "7"))))
        #expect(step(.written(.success(lease("a", version: "8")))).contains(.leading(true)))
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
        _ = step(.read(.success(lease("", version: "0", seconds: 1))))
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
        #expect(updated(step(.read(.success(lease(holder, version: "9", seconds: 1)))))?.holderIdentity == "a")
        #expect(step(.written(.success(lease("a", version: "10")))).contains(.leading(true)))
    }

    @Test(arguments: [0, -5, 1, 14, 1_000_000]) func `an absurd duration in the record, or a shorter one, is judged by one's own`(seconds: Int) {
        var step = Transcript()
        _ = step(.start)
        _ = step(.read(.success(lease("b", version: "7", seconds: seconds))))
        step.seconds += 14.9
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("b", version: "7", seconds: seconds))))) == nil)
        step.seconds += 0.2
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

    @Test func `an approval is told to who leads, once, and to who follows when it leads and the approval still stands`() {
        var step = Transcript()
        _ = step(.start)
        let annotations = [Election.approvalAnnotation: "0123456789ab"]
        #expect(step(.read(.success(lease("b", version: "7", annotations: annotations)))) == [.wait(.seconds(2))])
        step.seconds += 2
        _ = step(.elapsed)
        var released = lease("", version: "8", annotations: annotations)
        released.leaseDurationSeconds = 1
        _ = step(.read(.success(released)))
        #expect(step(.written(.success(lease("a", version: "9", annotations: annotations)))) == [.leading(true), .approved("0123456789ab"), .wait(.seconds(2))])
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.written(.success(lease("a", version: "10", annotations: annotations)))) == [.wait(.seconds(2))])
        // Taken away, and had again: what stands there then is told then.
        step.seconds += 2
        _ = step(.elapsed)
        _ = step(.written(.failure(.sample("update", .reread))))
        #expect(step(.read(.success(lease("b", version: "11", annotations: annotations)))) == [.leading(false), .wait(.seconds(2))])
        step.seconds += 2
        _ = step(.elapsed)
        released.resourceVersion = "12"
        _ = step(.read(.success(released)))
        #expect(step(.written(.success(lease("a", version: "13", annotations: annotations)))).prefix(2) == [.leading(true), .approved("0123456789ab")])
    }

    @Test func `a server that lets every write fail is not asked without a pause`() {
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        #expect(step(.written(.failure(.sample("update", .reread, lost: true)))) == [.read])
        for version in 2...5 {
            #expect(updated(step(.read(.success(lease("a", version: "\(version)"))))) != nil)
            #expect(step(.written(.failure(.sample("update", .reread, lost: true)))) == [.wait(.seconds(2))])
            #expect(step(.elapsed) == [.read], "what it wrote last may be there or not")
        }
        _ = step(.read(.success(lease("a", version: "6"))))
        _ = step(.written(.success(lease("a", version: "7"))))
        step.seconds += 2
        #expect(updated(step(.elapsed))?.resourceVersion == "7", "a leader renews what it wrote last")
    }

    @Test func `each of several approvals is told once, and taken off with the renewal after it is settled`() {
        func approved(_ list: String?, _ version: String) -> Lease {
            lease("a", version: version, annotations: list.map { [Election.approvalAnnotation: $0] } ?? [:])
        }
        var step = leader()
        step.seconds += 2
        _ = step(.elapsed)
        _ = step(.written(.failure(.sample("update", .reread))))
        #expect(step(.read(.success(approved("0123456789ab", "2")))).first == .approved("0123456789ab"))
        #expect(step(.settled(["ffffffffffff"])).isEmpty)
        _ = step(.written(.failure(.sample("update", .reread))))
        step.seconds += 2
        _ = step(.elapsed)
        let effects = step(.read(.success(approved("0123456789ab,ba9876543210", "3"))))
        #expect(effects.first == .approved("ba9876543210"))
        #expect(updated(effects)?.annotations[Election.approvalAnnotation] == "0123456789ab,ba9876543210")
        #expect(step(.settled(["0123456789ab"])).isEmpty)
        // What is on its way does not know of it yet.
        _ = step(.written(.success(approved("0123456789ab,ba9876543210", "4"))))
        step.seconds += 2
        #expect(updated(step(.elapsed))?.annotations == [Election.approvalAnnotation: "ba9876543210"])
        #expect(step(.written(.success(approved("ba9876543210", "5")))) == [.wait(.seconds(2))])
        #expect(step(.settled(["ba9876543210"])).isEmpty)
        step.seconds += 2
        #expect(updated(step(.elapsed))?.annotations == [:])
        _ = step(.written(.success(approved(nil, "6"))))
        // Given again, it is told again, and stays.
        step.seconds += 2
        _ = step(.elapsed)
        _ = step(.written(.failure(.sample("update", .reread))))
        #expect(step(.read(.success(approved("0123456789ab", "7")))).first == .approved("0123456789ab"))
        #expect(step.mayWrite)
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
        /// Every call is answered, within 600 ms each way, and nobody stalls.
        let isCalm: Bool
        /// How often somebody deletes the lease or writes nonsense in it: one in so many ticks. 0: never.
        var meddling: Int
        var meddled = 0

        init(seed: Int, count: Int, sharesName: Bool = false, isCalm: Bool = false, meddling: Int = 0) {
            random = SeededRandom(seed: UInt64(seed))
            self.isCalm = isCalm
            self.meddling = meddling
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
            let longest: Int64 = isCalm ? 600 : 400
            let sent = Int64.random(in: 1...longest, using: &random) * (!isCalm && random.chance(5) ? 20 : 1)
            let back = Int64.random(in: 1...longest, using: &random) * (!isCalm && random.chance(5) ? 20 : 1)
            let isLost = !isCalm && random.chance(8)
            let isNeverSent = !isCalm && random.chance(4)
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

        /// What a person with kubectl does to the lease, whoever holds it.
        private func meddle() {
            guard var edited = lease else { return }
            meddled += 1
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: lease = nil
            case 3: edited.holderIdentity = ""
            case 4: edited.holderIdentity = nil
            case 5: edited.holderIdentity = "nobody"
            case 6: edited.holderIdentity = "replica-\(Int.random(in: 0..<replicas.count, using: &random))"
            default: edited.leaseDurationSeconds = [0, -1, 1, 3, 100, 1_000_000][Int.random(in: 0..<6, using: &random)]
            }
            // Emptied with a duration of one second it would be a release, which nobody can tell from its leader's own.
            if (edited.holderIdentity ?? "").isEmpty && edited.leaseDurationSeconds == 1 { edited.leaseDurationSeconds = 15 }
            if lease != nil { _ = store(edited) }
        }

        func tick() {
            now += 50
            if meddling > 0, Int.random(in: 0..<meddling, using: &random) == 0 { meddle() }
            let due = pending.filter { $0.at <= now }.sorted { $0.at < $1.at }
            pending.removeAll { $0.at <= now }
            for item in due { item.action(self) }
            for index in replicas.indices {
                if !isCalm, replicas[index].stalledUntil < .max, random.chance(1), random.chance(10) { replicas[index].stalledUntil = now + Int64.random(in: 1000...40_000, using: &random) }
                guard replicas[index].stalledUntil <= now else { continue }
                let inputs = replicas[index].inbox.filter { $0.at <= now }.sorted { $0.at < $1.at }
                replicas[index].inbox.removeAll { $0.at <= now }
                for item in inputs { step(index, item.input) }
            }
            worst = max(worst, writers)
        }

        var writers: Int {
            replicas.indices.count { replicas[$0].machine.mayWrite(now: Instant(sinceOrigin: .milliseconds(now) + .seconds($0 * 5000))) }
        }
    }

    @Test(arguments: 1...150) func `never do two replicas write, whatever is lost, late or stalled`(seed: Int) {
        let cluster = Cluster(seed: seed, count: 2 + seed % 2)
        // Fifteen minutes.
        for _ in 0..<18_000 { cluster.tick() }
        #expect(cluster.worst == 1)
        #expect(cluster.takeovers.count >= 1)
    }

    /// From twice a minute to every two seconds.
    @Test(arguments: 1...120) func `never do two replicas that reach the API server write, whatever is done to the lease by hand`(seed: Int) {
        let cluster = Cluster(seed: seed, count: 2 + seed % 2, isCalm: true, meddling: [600, 300, 150, 40][seed % 4])
        for _ in 0..<18_000 { cluster.tick() }
        #expect(cluster.worst <= 1)
        #expect(cluster.meddled > 5)
        // Left alone, they agree on a leader again.
        cluster.meddling = 0
        for _ in 0..<14_000 { cluster.tick() }
        #expect(cluster.writers == 1)
        #expect(cluster.worst == 1)
    }

    @Test(arguments: 1...40) func `nor do two processes of one host's name`(seed: Int) {
        let cluster = Cluster(seed: seed, count: 2, sharesName: true, isCalm: true, meddling: [600, 300, 150][seed % 3])
        for _ in 0..<12_000 { cluster.tick() }
        #expect(cluster.worst <= 1)
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

import Model
import Peers

@testable import Reconciliation

/// Replicas against one lease: conflicts, lost answers, late answers and writes, stalls, wall clocks apart, leases taken off by hand.
final class ElectionCluster {
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
    var pending: [(at: Int64, action: (ElectionCluster) -> Void)] = []
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
        func answer(_ make: @escaping (ElectionCluster) -> Election.Input, _ lost: Election.Input) {
            if isLate { replicas[index].inbox.append((now + 5000, lost)) }
            guard !isNeverSent else { return }
            pending.append(
                (
                    now + sent,
                    { cluster in
                        let input = make(cluster)
                        if !isLate { cluster.replicas[index].inbox.append((cluster.now + back, input)) }
                    }
                ))
        }
        switch effect {
        case .read: answer({ .read(.success($0.lease)) }, .read(.failure(.lost)))
        case .create(let lease):
            answer(
                { $0.lease == nil ? .written(.success($0.store(lease))) : .written(.failure(.sample("create", .reread))) },
                .written(.failure(.lost)))
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
            if !isCalm, replicas[index].stalledUntil < .max, random.chance(1), random.chance(10) {
                replicas[index].stalledUntil = now + Int64.random(in: 1000...40_000, using: &random)
            }
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

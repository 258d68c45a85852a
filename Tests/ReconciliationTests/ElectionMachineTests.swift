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
        #expect(step.machine.isProving, "people are told why nothing is done yet")
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

    @Test(arguments: ["", nil, "a"]) func `a lease that was emptied by hand, or given to this process, gives no right to write at once`(
        holder: String?
    ) {
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

    @Test(arguments: [0, -5, 1, 14, 1_000_000]) func `an absurd duration in the record, or a shorter one, is judged by one's own`(
        seconds: Int
    ) {
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
        #expect(
            step(.written(.success(lease("a", version: "9", annotations: annotations)))) == [
                .leading(true), .approved("0123456789ab"), .wait(.seconds(2)),
            ])
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
        #expect(
            step(.written(.success(lease("a", version: "13", annotations: annotations)))).prefix(2) == [
                .leading(true), .approved("0123456789ab"),
            ])
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

    @Test func `a process started again under its host's name leads once nobody has renewed for ten seconds`() {
        var step = Transcript(
            machine: ElectionMachine(
                identity: "a", isIdentityExclusive: false, name: "orders-db", namespace: "drawbridge", times: ElectionTimes()))
        _ = step(.start)
        #expect(updated(step(.read(.success(lease("a", version: "7"))))) == nil)
        step.seconds += 9
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("a", version: "7"))))) == nil)
        step.seconds += 2
        _ = step(.elapsed)
        #expect(updated(step(.read(.success(lease("a", version: "7")))))?.resourceVersion == "7")
    }
}

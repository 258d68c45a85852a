import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// A swap that a predecessor left behind, and one that is told to stop.
@Suite struct SwapResumeTests: SwapSteps {
    @Test(arguments: [true, false]) func `the claim of a policy that is gone is written anew in the name of the one that takes it up`(
        stands: Bool
    ) throws {
        var step = try resumed(of: "orders-db-old", stands: stands, after: .seconds(301), alternatives: [2])
        guard case .writeClaim(let expected, let written) = step(.instance(.success(Fixture.instance(1, natIP: .some(nil))))) else {
            return #expect(Bool(false))
        }
        #expect(expected == claim(of: "orders-db-old"))
        #expect(written?.policy == "orders-db" && written?.address == Fixture.address(stands ? 1 : 2).reference)
    }

    @Test func `the claim of a policy that is gone comes off where nothing was taken off`() throws {
        var step = try resumed(of: "orders-db-old", stands: false, after: .seconds(301))
        #expect(step(.instance(.success(before))) == .writeClaim(expected: claim(of: "orders-db-old"), nil))
    }

    @Test func `nothing was done yet: the address is checked again, and the detach repeated with its id`() throws {
        var step = try resumed()
        #expect(step(.instance(.success(before))) == .askPermissions(Fixture.address(1).reference, subnetwork: nil))
        #expect(step(.permissions(.success([]))) == .readAddress(Fixture.address(1).reference))
        #expect(checked(&step) == .detach(networkInterface: "nic0", name: "External IP", requestID: "old-1"))
        #expect(step(.detached(.success(()))) == attach(1, "old-2"))
    }

    @Test func `while a predecessor's detach may be under way the claim stays, though its address is taken`() throws {
        var step = try resumed()
        _ = step(.instance(.success(before)))
        _ = step(.permissions(.success([])))
        #expect(isUnsettled(step(.address(.success(.found(Fixture.address(1, heldBy: 5)))))))
        var fallen = try resumed(stands: false)
        #expect(isUnsettled(fallen(.instance(.success(before)))))
        var old = try resumed(stands: false, after: .seconds(301))
        #expect(isUnclaim(old(.instance(.success(before)))))
        #expect(isUnchanged(old(.claimWritten(.success(())))))
    }

    @Test func `a resumed swap whose permissions are missing takes nothing off either`() throws {
        var step = try resumed()
        _ = step(.instance(.success(before)))
        #expect(
            isUnsettled(step(.permissions(.success(["compute.instances.addAccessConfig"])))), "a detach may be under way: the claim stays")
        var old = try resumed(after: .seconds(301))
        _ = old(.instance(.success(before)))
        _ = old(.claimWritten(.success(())))
        #expect(old(.instance(.success(before))) == .askPermissions(Fixture.address(1).reference, subnetwork: nil))
        #expect(isUnclaim(old(.permissions(.success(["compute.instances.addAccessConfig"])))))
        #expect(isUnchanged(old(.claimWritten(.success(())))))
    }

    @Test func `detached: the claimed address is put on with its id`() throws {
        var step = try resumed()
        #expect(step(.instance(.success(bare))) == attach(1, "old-2"))
    }

    @Test func `detached, and the claim does not stand: another address, or an ephemeral one`() throws {
        var step = try resumed(stands: false, alternatives: [2])
        guard case .writeClaim(.some, .some(let next)) = step(.instance(.success(bare))) else {
            Issue.record("nothing was claimed")
            return
        }
        #expect(next.address == Fixture.address(2).reference)
        var none = try resumed(stands: false)
        #expect(none(.instance(.success(bare))) == attach(nil, "old-3"))
    }

    @Test func `attached: the claim goes`() throws {
        var step = try resumed()
        let end = step(.instance(.success(holding(reserved))))
        ends(&step, end, .bound(Fixture.address(1).reference))
    }

    @Test func `another address than before and than claimed: while a detach may still take it off, the claim stays`() throws {
        var step = try resumed(after: .seconds(59))
        #expect(isUnsettled(step(.instance(.success(holding(Fixture.ephemeralIP(77)))))))
    }

    @Test func `restored by the predecessor: the claim goes`() throws {
        var step = try resumed(after: .seconds(60))
        #expect(isUnclaim(step(.instance(.success(holding(Fixture.ephemeralIP(77)))))))
        #expect(isRestored(step(.claimWritten(.success(())))))
    }

    @Test func `an old claim gets new ids before anything is sent`() throws {
        var step = try resumed(after: .seconds(301))
        guard case .writeClaim(.some(let old), .some(let new)) = step(.instance(.success(bare))) else {
            Issue.record("the claim was not renewed")
            return
        }
        #expect(old == claim())
        #expect(Set([new.detachRequestID, new.attachRequestID, new.restoreRequestID]).isDisjoint(with: ["old-1", "old-2", "old-3"]))
        #expect(new.startedAt == step.now)
        #expect(step(.claimWritten(.success(()))) == .readInstance)
        #expect(step(.instance(.success(bare))) == attach(1, new.attachRequestID))
    }

    @Test func `a claimed node that is gone, recreated or can't be read`() throws {
        var gone = try resumed()
        let end = gone(.instance(.failure(.gone)))
        ends(&gone, end, .instanceGone)
        var other = try resumed(after: .seconds(61))
        let otherEnd = other(.instance(.success(Fixture.instance(1, id: "777"))))
        ends(&other, otherEnd, .instanceGone)
        var unread = try resumed()
        #expect(isUnsettled(unread(.instance(.failure(.unavailable)))))
    }

    @Test func `while a predecessor's detach may take the address off what came in the instance's place, the claim stays`() throws {
        let recreated = Fixture.instance(1, id: "777")
        var fresh = try resumed()
        #expect(isUnsettled(fresh(.instance(.success(recreated)))))
        var looking = try resumed()
        _ = looking(.instance(.success(before)))
        _ = looking(.permissions(.success([])))
        _ = looking(.address(.success(.found(Fixture.address(1)))))
        #expect(isUnsettled(looking(.instance(.success(recreated)))))
        var bare = bare
        bare.id = "777"
        var stripped = try resumed()
        #expect(stripped(.instance(.success(bare))) == attach(nil, "old-3"))
    }

    @Test func `while a predecessor's detach may be under way a refused repetition leaves the claim`() throws {
        var step = try resumed()
        _ = step(.instance(.success(before)))
        _ = step(.permissions(.success([])))
        #expect(checked(&step) == .detach(networkInterface: "nic0", name: "External IP", requestID: "old-1"))
        #expect(step(.detached(.failure(.denied))) == .readInstance)
        #expect(isUnsettled(step(.instance(.success(before)))))
    }

    // MARK: Stopping

    /// Answers every question well, or refuses every attach, and tells the machine to stop before the given step.
    private func run(stopAt: Int, refusing: Bool) -> (outcome: Swap.Outcome?, holds: IPAddress?) {
        var step = fresh(alternatives: [2])
        var instance = before
        var effect = step(.start)
        for index in 0..<40 {
            if index == stopAt, let urgent = step(.stop) { effect = urgent }
            switch effect {
            case .writeClaim: effect = step(.claimWritten(.success(())))
            case .askPermissions: effect = step(.permissions(.success([])))
            case .readAddress: effect = step(.address(.success(.found(Fixture.address(1)))))
            case .detach:
                instance = bare
                effect = step(.detached(.success(())))
            case .attach(_, _, let ip, _, _):
                if refusing && ip != nil {
                    effect = step(.attached(.failure(.refused)))
                } else {
                    instance = holding(ip ?? Fixture.ephemeralIP(50))
                    effect = step(.attached(.success(())))
                }
            case .readInstance: effect = step(.instance(.success(instance)))
            case .wait: effect = step(.elapsed)
            case .finish(let outcome): return (outcome, instance.accessConfig?.natIP)
            case nil: return (nil, instance.accessConfig?.natIP)
            }
        }
        return (nil, instance.accessConfig?.natIP)
    }

    @Test(arguments: 0..<14, [true, false]) func `stopped at any step a swap ends, with an address on the node`(stopAt: Int, refusing: Bool)
    {
        let (outcome, holds) = run(stopAt: stopAt, refusing: refusing)
        #expect(outcome != nil)
        #expect(holds != nil)
        if stopAt < 2 { #expect(holds == previous) }
    }

    @Test func `a swap that is taken up while stopping takes nothing off`() throws {
        var step = try resumed()
        #expect(step(.stop) == nil)
        #expect(isUnsettled(step(.instance(.success(before)))))
        var bareNode = try resumed()
        _ = bareNode(.stop)
        #expect(bareNode(.instance(.success(bare))) == attach(1, "old-2"))
    }

    @Test func `a restore's delay is cut short by a stop`() {
        var step = attaching()
        _ = step(.attached(.failure(.denied)))
        _ = step(.instance(.success(bare)))
        _ = step(.attached(.failure(.refused)))
        _ = step(.instance(.success(bare)))
        #expect(step(.stop) == attach(nil, step.machine.claim.restoreRequestID))
    }
}

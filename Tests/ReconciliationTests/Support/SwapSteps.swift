import Fixtures
import Locking
import Model
import Planning
import Testing

@testable import Reconciliation

/// The beginnings and the endings that the tests of a swap share.
protocol SwapSteps {}

extension SwapSteps {
    static func uuids() -> @Sendable () -> String {
        let count = Locked(0)
        return {
            count.withLock {
                $0 += 1
                return "id-\($0)"
            }
        }
    }

    var previous: IPAddress { Fixture.ephemeralIP(1) }
    var reserved: IPAddress { Fixture.reservedIP(1) }
    var bare: Instance { Fixture.instance(1, natIP: .some(nil)) }
    var before: Instance { holding(previous) }
    /// With the access config that the claims name.
    func holding(_ ip: IPAddress?) -> Instance {
        var instance = Fixture.instance(1, natIP: .some(previous))
        instance.networkInterfaces[0].accessConfigs = [AccessConfig(name: "External IP", natIP: ip, networkTier: .premium)]
        return instance
    }

    func fresh(alternatives: [Int] = []) -> SwapTranscript {
        let swap = PlannedSwap(
            node: Fixture.node(1), instance: before,
            accessConfig: AccessConfig(name: "External IP", natIP: previous, networkTier: .premium),
            networkInterface: "nic0", address: Fixture.address(1), alternatives: alternatives.map { Fixture.address($0) })
        return SwapTranscript(
            machine: SwapMachine(swap, policy: "orders-db", now: Fixture.start.wall, times: SwapTimes(), uuid: Self.uuids()))
    }

    var detach: Swap.Effect { .detach(networkInterface: "nic0", name: "External IP", requestID: "id-1") }
    func attach(_ number: Int?, _ id: String) -> Swap.Effect {
        .attach(networkInterface: "nic0", name: "External IP", natIP: number.map(Fixture.reservedIP), networkTier: .premium, requestID: id)
    }

    /// The Address is free, and the instance as it was: the detach is sent.
    func checked(_ step: inout SwapTranscript) -> Swap.Effect? {
        #expect(step(.address(.success(.found(Fixture.address(1))))) == .readInstance)
        return step(.instance(.success(before)))
    }

    /// Claimed and checked: the detach has been sent.
    func detaching(alternatives: [Int] = []) -> SwapTranscript {
        var step = fresh(alternatives: alternatives)
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        _ = step(.permissions(.success([])))
        #expect(checked(&step) == detach)
        return step
    }

    func attaching(alternatives: [Int] = []) -> SwapTranscript {
        var step = detaching(alternatives: alternatives)
        #expect(step(.detached(.success(()))) == attach(1, "id-2"))
        return step
    }

    /// The claim goes, then the swap ends as told.
    func ends(_ step: inout SwapTranscript, _ effect: Swap.Effect?, _ outcome: Swap.Outcome, written: SwapClaim? = nil) {
        guard case .writeClaim(.some, nil) = effect else {
            Issue.record("expected the claim to be taken off, got \(String(describing: effect))")
            return
        }
        #expect(step(.claimWritten(.success(()))) == .finish(outcome))
        #expect(step.machine.isFinished)
    }

    func isRestored(_ effect: Swap.Effect?) -> Bool { if case .finish(.restored) = effect { true } else { false } }
    func isUnchanged(_ effect: Swap.Effect?) -> Bool { if case .finish(.unchanged) = effect { true } else { false } }
    func isUnsettled(_ effect: Swap.Effect?) -> Bool { if case .finish(.unsettled) = effect { true } else { false } }
    func isUnclaim(_ effect: Swap.Effect?) -> Bool { if case .writeClaim(.some, nil) = effect { true } else { false } }

    func claim(of policy: String = "orders-db", previous: IPAddress? = Fixture.ephemeralIP(1)) -> SwapClaim {
        SwapClaim(
            policy: policy, address: Fixture.address(1).reference, ip: reserved, instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "External IP", networkTier: .premium, previousIP: previous, detachRequestID: "old-1",
            attachRequestID: "old-2",
            restoreRequestID: "old-3", startedAt: Fixture.start.wall)
    }

    func resumed(
        of policy: String = "orders-db", stands: Bool = true, after age: Duration = .seconds(10), alternatives: [Int] = []
    ) throws -> SwapTranscript {
        let claim = claim(of: policy)
        let swap = ResumedSwap(
            node: Fixture.node(1, claim: claim), claim: claim, alternatives: alternatives.map { Fixture.address($0) }, claimStands: stands,
            policy: "orders-db")
        let machine = try #require(SwapMachine(swap, times: SwapTimes(), uuid: Self.uuids()))
        var step = SwapTranscript(machine: machine, now: Fixture.start.wall + age)
        #expect(step(.start) == .readInstance)
        return step
    }
}

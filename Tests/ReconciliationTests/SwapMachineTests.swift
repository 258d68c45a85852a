import Fixtures
import Locking
import Model
import Planning
import Testing

@testable import Reconciliation

/// One node's swap, read as a transcript: an input, then what the machine asks for.
@Suite struct SwapMachineTests {
    private struct Transcript {
        var machine: SwapMachine
        var now = Fixture.start.wall

        mutating func callAsFunction(_ input: Swap.Input) -> Swap.Effect? {
            let effects = machine.step(now: now, input)
            #expect(effects.count <= 1)
            return effects.first
        }
    }

    private static func uuids() -> @Sendable () -> String {
        let count = Locked(0)
        return { count.withLock { $0 += 1; return "id-\($0)" } }
    }

    private let previous = Fixture.ephemeralIP(1)
    private let reserved = Fixture.reservedIP(1)
    private var bare: Instance { Fixture.instance(1, natIP: .some(nil)) }
    private var before: Instance { Fixture.instance(1) }
    private func holding(_ ip: IPAddress) -> Instance { Fixture.instance(1, natIP: .some(ip)) }

    private func fresh(alternatives: [Int] = []) -> Transcript {
        let swap = PlannedSwap(
            node: Fixture.node(1), instance: before, accessConfig: AccessConfig(name: "External IP", natIP: previous, networkTier: .premium),
            networkInterface: "nic0", address: Fixture.address(1), alternatives: alternatives.map { Fixture.address($0) })
        return Transcript(machine: SwapMachine(swap, policy: "orders-db", now: Fixture.start.wall, times: SwapTimes(), uuid: Self.uuids()))
    }

    private let detach = Swap.Effect.detach(networkInterface: "nic0", name: "External IP", requestID: "id-1")
    private func attach(_ number: Int?, _ id: String) -> Swap.Effect {
        .attach(networkInterface: "nic0", name: "External IP", natIP: number.map(Fixture.reservedIP), networkTier: .premium, requestID: id)
    }

    /// Claimed and checked: the detach has been sent.
    private func detaching(alternatives: [Int] = []) -> Transcript {
        var step = fresh(alternatives: alternatives)
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        _ = step(.permissions(.success([])))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == detach)
        return step
    }

    private func attaching(alternatives: [Int] = []) -> Transcript {
        var step = detaching(alternatives: alternatives)
        #expect(step(.detached(.success(()))) == attach(1, "id-2"))
        return step
    }

    /// The claim goes, then the swap ends as told.
    private func ends(_ step: inout Transcript, _ effect: Swap.Effect?, _ outcome: Swap.Outcome, written: SwapClaim? = nil) {
        guard case .writeClaim(.some, nil) = effect else {
            Issue.record("expected the claim to be taken off, got \(String(describing: effect))")
            return
        }
        #expect(step(.claimWritten(.success(()))) == .finish(outcome))
        #expect(step.machine.isFinished)
    }

    private func isRestored(_ effect: Swap.Effect?) -> Bool { if case .finish(.restored) = effect { true } else { false } }
    private func isUnchanged(_ effect: Swap.Effect?) -> Bool { if case .finish(.unchanged) = effect { true } else { false } }
    private func isUnsettled(_ effect: Swap.Effect?) -> Bool { if case .finish(.unsettled) = effect { true } else { false } }
    private func isUnclaim(_ effect: Swap.Effect?) -> Bool { if case .writeClaim(.some, nil) = effect { true } else { false } }

    // MARK: From the beginning

    @Test func `claim, check, detach, attach, verify, unclaim`() {
        var step = fresh()
        let claim = step.machine.claim
        #expect(claim.previousIP == previous && claim.instanceID == "9001" && claim.accessConfigName == "External IP")
        #expect(Set([claim.detachRequestID, claim.attachRequestID, claim.restoreRequestID]).count == 3)
        #expect(step(.start) == .writeClaim(expected: nil, claim))
        #expect(step(.claimWritten(.success(()))) == .askPermissions(claim.address, subnetwork: nil))
        #expect(step(.permissions(.success([]))) == .readAddress(claim.address))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == detach)
        #expect(step(.detached(.success(()))) == attach(1, "id-2"))
        #expect(step(.attached(.success(()))) == .readInstance)
        #expect(step(.instance(.success(holding(reserved)))) == .writeClaim(expected: claim, nil))
        #expect(step(.claimWritten(.success(()))) == .finish(.bound(claim.address)))
    }

    @Test func `a claim that can't be written leaves everything as it is`() {
        var step = fresh()
        _ = step(.start)
        #expect(isUnchanged(step(.claimWritten(.failure(.refused)))))
    }

    @Test func `a claim whose answer is lost is taken up again later`() {
        var step = fresh()
        _ = step(.start)
        #expect(isUnsettled(step(.claimWritten(.failure(.lost)))))
    }

    @Test(arguments: [
        Result<AddressLookup, APIError>.success(.gone), .failure(.unavailable),
        .success(.found(Fixture.address(1, users: [.other("projects/p/regions/r/routers/nat")]))),
        .success(.found(Fixture.address(1, heldBy: 7))), .success(.found(Fixture.address(1, tier: .standard))),
        .success(.found(Fixture.address(2))),
    ]) func `an address that is not free any more is never detached for`(answer: Result<AddressLookup, APIError>) {
        var step = fresh()
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        _ = step(.permissions(.success([])))
        #expect(isUnclaim(step(.address(answer))))
        #expect(isUnchanged(step(.claimWritten(.success(())))))
    }

    @Test func `a permission that is missing: nothing is taken off, and the claim goes`() {
        var step = fresh(alternatives: [2])
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        #expect(isUnclaim(step(.permissions(.success(["compute.addresses.use", "compute.instances.addAccessConfig"])))))
        let reason =
            "the service account lacks compute.addresses.use, compute.instances.addAccessConfig; grant the role in policies/gcp-role.yaml"
        #expect(step(.claimWritten(.success(()))) == .finish(.unchanged(reason)))
        #expect(step.machine.refused.isEmpty, "the Address is as good as before")
    }

    @Test(arguments: [APIError.denied, .unavailable, .lost, .gone]) func `permissions that are not known stop no swap`(error: APIError) {
        var step = fresh()
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        #expect(step(.permissions(.failure(error))) == .readAddress(Fixture.address(1).reference))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == detach)
    }

    @Test func `the permissions are asked for the subnetwork that the interface is in`() throws {
        let subnetwork = SubnetworkReference(project: "host", region: "europe-west1", name: "nodes")
        var instance = before
        instance.networkInterfaces[0].subnetwork = subnetwork
        let swap = PlannedSwap(
            node: Fixture.node(1), instance: instance, accessConfig: AccessConfig(name: "External IP", natIP: previous, networkTier: .premium),
            networkInterface: "nic0", address: Fixture.address(1), alternatives: [])
        var step = Transcript(
            machine: SwapMachine(swap, policy: "orders-db", now: Fixture.start.wall, times: SwapTimes(), uuid: Self.uuids()))
        _ = step(.start)
        #expect(step(.claimWritten(.success(()))) == .askPermissions(swap.address.reference, subnetwork: subnetwork))
        var again = try resumed()
        #expect(again(.instance(.success(instance))) == .askPermissions(swap.address.reference, subnetwork: subnetwork))
    }

    @Test func `a detach whose answer is lost is repeated with its id, and then judged by the instance`() {
        var step = detaching()
        for seconds in [500, 1000, 2000, 4000] {
            #expect(step(.detached(.failure(.lost))) == .wait(.milliseconds(seconds)))
            #expect(step(.elapsed) == detach)
        }
        #expect(step(.detached(.failure(.lost))) == .readInstance)
        var other = step
        #expect(step(.instance(.success(bare))) == attach(1, "id-2"))
        #expect(isUnsettled(other(.instance(.success(before)))), "the detach may still take effect: the claim stays")
    }

    @Test(arguments: [APIError.denied, .refused]) func `a refused detach changes nothing`(error: APIError) {
        var step = detaching()
        #expect(step(.detached(.failure(error))) == .readInstance)
        #expect(isUnclaim(step(.instance(.success(before)))))
        #expect(isUnchanged(step(.claimWritten(.success(())))))
    }

    @Test func `a detach that answers as done and did nothing is found out`() {
        var step = attaching()
        #expect(step(.attached(.failure(.refused))) == .readInstance)
        #expect(isUnclaim(step(.instance(.success(before)))))
        #expect(isRestored(step(.claimWritten(.success(())))))
    }

    @Test func `a refused address gives way to another one, claimed first, with new ids`() {
        var step = attaching(alternatives: [2, 3])
        let first = step.machine.claim
        #expect(step(.attached(.failure(.refused))) == .readInstance)
        let effect = step(.instance(.success(bare)))
        let second = step.machine.claim
        #expect(effect == .writeClaim(expected: first, second))
        #expect(second.address == Fixture.address(2).reference && second.ip == Fixture.reservedIP(2))
        #expect(second.attachRequestID != first.attachRequestID && second.restoreRequestID != first.restoreRequestID)
        #expect(step(.claimWritten(.success(()))) == attach(2, second.attachRequestID))
        #expect(step(.attached(.success(()))) == .readInstance)
        let end = step(.instance(.success(holding(Fixture.reservedIP(2)))))
        #expect(end == .writeClaim(expected: second, nil))
        ends(&step, end, .bound(Fixture.address(2).reference))
        #expect(step.machine.refused == [first.address])
    }

    @Test func `an alternative that left the reserved set since is not put on`() {
        var step = attaching(alternatives: [2, 3])
        step.machine.keepAlternatives { $0 == Fixture.address(3).reference }
        _ = step(.attached(.failure(.refused)))
        _ = step(.instance(.success(bare)))
        #expect(step.machine.claim.address == Fixture.address(3).reference)
    }

    @Test func `with no alternative left an ephemeral address comes back`() {
        var step = attaching(alternatives: [2])
        _ = step(.attached(.failure(.refused)))
        _ = step(.instance(.success(bare)))
        _ = step(.claimWritten(.success(())))
        #expect(step(.attached(.failure(.refused))) == .readInstance)
        #expect(step(.instance(.success(bare))) == attach(nil, step.machine.claim.restoreRequestID))
        #expect(isUnclaim(step(.attached(.success(())))))
        #expect(isRestored(step(.claimWritten(.success(())))))
    }

    @Test func `at most two alternatives are tried`() {
        var step = attaching(alternatives: [2, 3, 4])
        for _ in 1...2 {
            _ = step(.attached(.failure(.refused)))
            _ = step(.instance(.success(bare)))
            _ = step(.claimWritten(.success(())))
        }
        _ = step(.attached(.failure(.refused)))
        #expect(step(.instance(.success(bare))) == attach(nil, step.machine.claim.restoreRequestID))
    }

    @Test func `a denied attach is not tried on other addresses`() {
        var step = attaching(alternatives: [2])
        _ = step(.attached(.failure(.denied)))
        #expect(step(.instance(.success(bare))) == attach(nil, "id-3"))
    }

    @Test func `an alternative whose claim can't be written is not attached`() {
        var step = attaching(alternatives: [2])
        _ = step(.attached(.failure(.refused)))
        _ = step(.instance(.success(bare)))
        #expect(step(.claimWritten(.failure(.unavailable))) == attach(nil, step.machine.claim.restoreRequestID))
    }

    @Test func `an attach whose answer was lost but took effect is bound`() {
        var step = attaching()
        for _ in 1...4 {
            if case .wait = step(.attached(.failure(.lost))) {} else { Issue.record("no wait") }
            #expect(step(.elapsed) == attach(1, "id-2"))
        }
        #expect(step(.attached(.failure(.lost))) == .readInstance)
        let end = step(.instance(.success(holding(reserved))))
        ends(&step, end, .bound(Fixture.address(1).reference))
    }

    @Test func `a restore goes on, with new ids and ever more slowly, until something is on the node`() {
        var step = attaching()
        _ = step(.attached(.failure(.refused)))
        var effect = step(.instance(.success(bare)))
        var ids: Set<String> = []
        for _ in 1...30 {
            guard case .attach(_, _, nil, _, let id) = effect else {
                Issue.record("not a restore: \(String(describing: effect))")
                return
            }
            ids.insert(id)
            #expect(step(.attached(.failure(.refused))) == .readInstance)
            guard case .wait(let delay) = step(.instance(.success(bare))) else {
                Issue.record("no wait")
                return
            }
            #expect(delay <= .seconds(15))
            effect = step(.elapsed)
        }
        #expect(ids.count == 30)
        #expect(isUnclaim(step(.attached(.success(())))))
        #expect(isRestored(step(.claimWritten(.success(())))))
    }

    @Test func `an instance that is gone or another one ends the swap at every reading`() {
        let other = Fixture.instance(1, id: "12345")
        for answer in [Result<Instance, APIError>.failure(.gone), .success(other)] {
            var detached = detaching()
            _ = detached(.detached(.failure(.refused)))
            let first = detached(.instance(answer))
            ends(&detached, first, .instanceGone)

            var attached = attaching()
            _ = attached(.attached(.failure(.refused)))
            let second = attached(.instance(answer))
            ends(&attached, second, .instanceGone)

            var verified = attaching()
            _ = verified(.attached(.success(())))
            let third = verified(.instance(answer))
            ends(&verified, third, .instanceGone)

            var restored = attaching()
            _ = restored(.attached(.failure(.denied)))
            _ = restored(.instance(.success(bare)))
            _ = restored(.attached(.failure(.refused)))
            let fourth = restored(.instance(answer))
            ends(&restored, fourth, .instanceGone)
        }
    }

    @Test func `an instance that came in the place of the old one, and lost its access config to the detach, gets an ephemeral address`() {
        let other = Fixture.instance(1, natIP: .some(nil), id: "12345")
        var detached = detaching()
        _ = detached(.detached(.failure(.refused)))
        #expect(detached(.instance(.success(other))) == attach(nil, "id-3"))
        var attached = attaching()
        _ = attached(.attached(.failure(.refused)))
        #expect(attached(.instance(.success(other))) == attach(nil, "id-3"))
    }

    @Test func `an attach answered as done that left nothing is restored`() {
        var step = attaching()
        _ = step(.attached(.success(())))
        #expect(step(.instance(.success(bare))) == attach(nil, "id-3"))
    }

    @Test func `a bound node whose claim can't be taken off is taken up again later`() {
        var step = attaching()
        _ = step(.attached(.success(())))
        _ = step(.instance(.success(holding(reserved))))
        #expect(isUnsettled(step(.claimWritten(.failure(.unavailable)))))
    }

    // MARK: Taken up

    private func claim(of policy: String = "orders-db", previous: IPAddress? = Fixture.ephemeralIP(1)) -> SwapClaim {
        SwapClaim(
            policy: policy, address: Fixture.address(1).reference, ip: reserved, instanceID: "9001", networkInterface: "nic0",
            accessConfigName: "External IP", networkTier: .premium, previousIP: previous, detachRequestID: "old-1", attachRequestID: "old-2",
            restoreRequestID: "old-3", startedAt: Fixture.start.wall)
    }

    private func resumed(
        of policy: String = "orders-db", stands: Bool = true, after age: Duration = .seconds(10), alternatives: [Int] = []
    ) throws -> Transcript {
        let claim = claim(of: policy)
        let swap = ResumedSwap(
            node: Fixture.node(1, claim: claim), claim: claim, alternatives: alternatives.map { Fixture.address($0) }, claimStands: stands,
            policy: "orders-db")
        let machine = try #require(SwapMachine(swap, times: SwapTimes(), uuid: Self.uuids()))
        var step = Transcript(machine: machine, now: Fixture.start.wall + age)
        #expect(step(.start) == .readInstance)
        return step
    }

    @Test(arguments: [true, false]) func `the claim of a policy that is gone is written anew in the name of the one that takes it up`(stands: Bool) throws {
        var step = try resumed(of: "orders-db-old", stands: stands, after: .seconds(301), alternatives: [2])
        guard case .writeClaim(let expected, let written) = step(.instance(.success(Fixture.instance(1, natIP: .some(nil))))) else { return #expect(Bool(false)) }
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
        #expect(
            step(.address(.success(.found(Fixture.address(1)))))
                == .detach(networkInterface: "nic0", name: "External IP", requestID: "old-1"))
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
        #expect(isUnsettled(step(.permissions(.success(["compute.instances.addAccessConfig"])))), "a detach may be under way: the claim stays")
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

    @Test func `restored by the predecessor: the claim goes`() throws {
        var step = try resumed()
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
        var other = try resumed()
        let otherEnd = other(.instance(.success(Fixture.instance(1, id: "777"))))
        ends(&other, otherEnd, .instanceGone)
        var unread = try resumed()
        #expect(isUnsettled(unread(.instance(.failure(.unavailable)))))
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

    @Test(arguments: 0..<12, [true, false]) func `stopped at any step a swap ends, with an address on the node`(stopAt: Int, refusing: Bool) {
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

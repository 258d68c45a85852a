import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// One node's swap, read as a transcript: an input, then what the machine asks for.
@Suite struct SwapMachineTests: SwapSteps {
    @Test func `claim, check, look, detach, attach, verify, unclaim`() {
        var step = fresh()
        let claim = step.machine.claim
        #expect(claim.previousIP == previous && claim.instanceID == "9001" && claim.accessConfigName == "External IP")
        #expect(Set([claim.detachRequestID, claim.attachRequestID, claim.restoreRequestID]).count == 3)
        #expect(step(.start) == .writeClaim(expected: nil, claim))
        #expect(step(.claimWritten(.success(()))) == .askPermissions(claim.address, subnetwork: nil))
        #expect(step(.permissions(.success([]))) == .readAddress(claim.address))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == .readInstance)
        #expect(step(.instance(.success(before))) == detach)
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
        #expect(checked(&step) == detach)
    }

    @Test func `the permissions are asked for the subnetwork that the interface is in`() throws {
        let subnetwork = SubnetworkReference(project: "host", region: "europe-west1", name: "nodes")
        var instance = before
        instance.networkInterfaces[0].subnetwork = subnetwork
        let swap = PlannedSwap(
            node: Fixture.node(1), instance: instance,
            accessConfig: AccessConfig(name: "External IP", natIP: previous, networkTier: .premium),
            networkInterface: "nic0", address: Fixture.address(1), alternatives: [])
        var step = SwapTranscript(
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

    @Test func `a repetition that is refused says nothing of the first request: the claim stays`() {
        var step = detaching()
        #expect(step(.detached(.failure(.lost))) == .wait(.milliseconds(500)))
        #expect(step(.elapsed) == detach)
        #expect(step(.detached(.failure(.denied))) == .readInstance)
        #expect(isUnsettled(step(.instance(.success(before)))), "the first request may still take the address off")
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
        for repetition in 1...4 {
            if case .wait = step(.attached(.failure(.lost))) {} else { Issue.record("no wait") }
            #expect((step.machine.stranded != nil) == (repetition > 1), "a node that may be bare for long does not stay unmentioned")
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

    @Test func `a restore whose answers are lost is told, repeated under its own id, and over once the instance shows an address`() {
        var step = attaching()
        _ = step(.attached(.failure(.refused)))
        var effect = step(.instance(.success(bare)))
        #expect(step.machine.stranded == nil)
        for _ in 1...5 {
            #expect(effect == attach(nil, step.machine.claim.restoreRequestID))
            let id = step.machine.claim.restoreRequestID
            #expect(step(.attached(.failure(.lost))) == .readInstance)
            guard case .wait = step(.instance(.success(bare))) else {
                Issue.record("no wait")
                return
            }
            #expect(step.machine.stranded?.contains("restore") == true, "a node without an address does not stay unmentioned")
            #expect(step.machine.claim.restoreRequestID == id, "the operation may still be under way")
            effect = step(.elapsed)
        }
        #expect(step(.attached(.failure(.lost))) == .readInstance)
        #expect(isUnclaim(step(.instance(.success(holding(Fixture.ephemeralIP(9)))))))
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
}

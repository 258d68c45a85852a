import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// What the age of a claim, and an address that was still being drawn when it was written, say of the node.
@Suite struct ClaimAgeTests: SwapSteps {
    private func resumed(previous: IPAddress?, after age: Duration) throws -> SwapTranscript {
        let claim = claim(previous: previous)
        let swap = ResumedSwap(node: Fixture.node(1, claim: claim), claim: claim, alternatives: [], claimStands: true, policy: "orders-db")
        let machine = try #require(SwapMachine(swap, times: SwapTimes(), uuid: Self.uuids()))
        var step = SwapTranscript(machine: machine, now: Fixture.start.wall + age)
        #expect(step(.start) == .readInstance)
        return step
    }

    @Test func `an address that was being drawn when a fresh claim was written is the one from before`() throws {
        for instance in [before, Fixture.instance(1, natIP: Fixture.ephemeralIP(77))] {
            var step = try resumed(previous: nil, after: .seconds(10))
            #expect(step(.instance(.success(instance))) == .askPermissions(Fixture.address(1).reference, subnetwork: nil))
            #expect(step.machine.mayBeDetaching, "a predecessor's detach may still take it off")
        }
        var bound = try resumed(previous: nil, after: .seconds(10))
        let end = bound(.instance(.success(holding(reserved))))
        ends(&bound, end, .bound(Fixture.address(1).reference))
        var old = try resumed(previous: nil, after: .seconds(301))
        #expect(isUnclaim(old(.instance(.success(before)))))
        #expect(isRestored(old(.claimWritten(.success(())))))
    }

    @Test(arguments: [(-59, true), (0, true), (299, true), (300, false), (-61, false), (-86_400, false)])
    func `a claim from the future is old, but for the difference between two clocks`(age: Int, isFresh: Bool) throws {
        var step = try resumed(previous: Fixture.ephemeralIP(1), after: .seconds(age))
        let effect = step(.instance(.success(bare)))
        if isFresh {
            #expect(effect == attach(1, "old-2"))
        } else if case .writeClaim(.some, .some(let renewed)) = effect {
            #expect(renewed.startedAt == step.now && renewed.attachRequestID != "old-2")
        } else {
            Issue.record("\(String(describing: effect))")
        }
    }
}

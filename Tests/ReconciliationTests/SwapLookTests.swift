import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// The look at the instance right before its address is taken off.
@Suite struct SwapLookTests: SwapSteps {
    /// Claimed, and the Address is free: the instance is read.
    private func looking() -> SwapTranscript {
        var step = fresh()
        _ = step(.start)
        _ = step(.claimWritten(.success(())))
        _ = step(.permissions(.success([])))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == .readInstance)
        return step
    }

    private func resumedLooking(after age: Duration = .seconds(10)) throws -> SwapTranscript {
        var step = try resumed(after: age)
        _ = step(.instance(.success(before)))
        if age > .seconds(300) {
            _ = step(.claimWritten(.success(())))
            _ = step(.instance(.success(before)))
        }
        _ = step(.permissions(.success([])))
        #expect(step(.address(.success(.found(Fixture.address(1))))) == .readInstance)
        return step
    }

    private var renamed: Instance {
        var instance = before
        instance.networkInterfaces[0].accessConfigs[0].name = "by-hand"
        return instance
    }

    private var otherInterface: Instance {
        var instance = before
        instance.networkInterfaces[0].name = "nic7"
        return instance
    }

    @Test func `an instance that is as it was planned on loses its address`() {
        var step = looking()
        #expect(step(.instance(.success(before))) == detach)
    }

    @Test func `an address that came onto the instance meanwhile is not taken off, nor is another access config, nor is anything by guess`()
    {
        let answers: [Result<Instance, APIError>] = [
            .success(holding(Fixture.ephemeralIP(50))), .success(renamed), .success(otherInterface), .success(bare), .failure(.unavailable),
        ]
        for answer in answers {
            var step = looking()
            #expect(isUnclaim(step(.instance(answer))), "\(answer)")
            #expect(isUnchanged(step(.claimWritten(.success(())))))
            #expect(step.machine.refused.isEmpty, "the Address is as good as before")
        }
    }

    @Test(arguments: [Result<Instance, APIError>.failure(.gone), .success(Fixture.instance(1, id: "777"))])
    func `an instance that went away or was recreated meanwhile is left alone`(answer: Result<Instance, APIError>) {
        var step = looking()
        let end = step(.instance(answer))
        ends(&step, end, .instanceGone)
    }

    @Test func `a stop before the look's answer takes nothing off`() {
        var step = looking()
        #expect(step(.stop) == nil)
        #expect(isUnclaim(step(.instance(.success(before)))))
        #expect(isUnchanged(step(.claimWritten(.success(())))))
    }

    @Test func `while a predecessor's detach may be under way the claim stays, whatever is on the instance`() throws {
        for answer in [Result<Instance, APIError>.success(holding(Fixture.ephemeralIP(50))), .success(renamed), .failure(.unavailable)] {
            var step = try resumedLooking()
            #expect(isUnsettled(step(.instance(answer))), "\(answer)")
        }
    }

    @Test func `a predecessor's detach that took effect before the look is gone on from`() throws {
        var step = try resumedLooking()
        #expect(step(.instance(.success(bare))) == attach(1, "old-2"))
        var renewed = try resumedLooking(after: .seconds(301))
        #expect(renewed(.instance(.success(bare))) == attach(1, renewed.machine.claim.attachRequestID))
    }

    @Test func `a predecessor's attach that took effect before the look ends the swap`() throws {
        var step = try resumedLooking()
        let end = step(.instance(.success(holding(reserved))))
        ends(&step, end, .bound(Fixture.address(1).reference))
    }
}

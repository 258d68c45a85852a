import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// A lease that is lost in mid-swap.
@Suite struct LostLeaseTests: SwapSteps, LoopSteps {
    private var leaseLost: APIError {
        do throws(APIError) {
            try WriteGate { false }.pass(.compute, "instances.addAccessConfig", on: "node-1", after: nil)
            preconditionFailure("a closed gate lets nothing pass")
        } catch {
            return error
        }
    }

    private func endsUnsettled(_ step: SwapTranscript, _ input: (Result<Void, APIError>) -> Swap.Input) {
        var step = step
        #expect(isUnsettled(step(input(.failure(leaseLost)))), "\(step.machine.state)")
        #expect(step.machine.isFinished && step.machine.refused.isEmpty && step.machine.refusal == nil)
    }

    @Test func `a write that the lost lease kept back ends the swap as it is, and refuses nothing`() throws {
        var claiming = fresh(alternatives: [2])
        _ = claiming(.start)
        endsUnsettled(claiming, Swap.Input.claimWritten)
        endsUnsettled(detaching(alternatives: [2]), Swap.Input.detached)
        endsUnsettled(attaching(alternatives: [2]), Swap.Input.attached)
        var reclaiming = attaching(alternatives: [2])
        _ = reclaiming(.attached(.failure(.refused)))
        _ = reclaiming(.instance(.success(bare)))
        reclaiming.machine.refused = []
        reclaiming.machine.refusal = nil
        endsUnsettled(reclaiming, Swap.Input.claimWritten)
        var restoring = attaching()
        _ = restoring(.attached(.failure(.denied)))
        _ = restoring(.instance(.success(bare)))
        restoring.machine.refused = []
        restoring.machine.refusal = nil
        endsUnsettled(restoring, Swap.Input.attached)
        var unclaiming = attaching()
        _ = unclaiming(.attached(.success(())))
        _ = unclaiming(.instance(.success(holding(reserved))))
        endsUnsettled(unclaiming, Swap.Input.claimWritten)
        var renewing = try resumed(after: .seconds(301))
        _ = renewing(.instance(.success(bare)))
        endsUnsettled(renewing, Swap.Input.claimWritten)
    }

    private let pool = Fixture.observation(
        addresses: [Fixture.address(1), Fixture.address(2)], nodes: [Fixture.node(1), Fixture.node(2)],
        rules: [Fixture.ownRule(1), Fixture.ownRule(2)],
        instances: [Fixture.instance(1), Fixture.instance(2)], projectAddresses: [Fixture.address(1), Fixture.address(2)])

    /// A loop whose node 1 has gone as far as the given input, beside node 2 that has only written its claim.
    private func loop(until isEnough: (Swap.Effect) -> Bool) throws -> (LoopTranscript, id: Int) {
        var step = LoopTranscript()
        _ = step(.start)
        _ = step(.leading(true))
        _ = step(.observed(pass: 1, pool))
        let id = try #require(step.machine.swaps.first { $0.value.machine.node.name == "node-1" }?.key)
        let address = try #require(step.machine.swaps[id]?.machine.claim.address)
        let found = try #require([Fixture.address(1), Fixture.address(2)].first { $0.reference == address })
        var effect = swap(step(.swap(id: id, .claimWritten(.success(())))))?.effect
        while let current = effect, !isEnough(current) {
            switch current {
            case .askPermissions: effect = swap(step(.swap(id: id, .permissions(.success([])))))?.effect
            case .readAddress: effect = swap(step(.swap(id: id, .address(.success(.found(found))))))?.effect
            case .readInstance: effect = swap(step(.swap(id: id, .instance(.success(Fixture.instance(1))))))?.effect
            case .detach: effect = swap(step(.swap(id: id, .detached(.success(())))))?.effect
            default: effect = nil
            }
        }
        #expect(effect != nil)
        return (step, id)
    }

    @Test func `each node whose address was taken off is named when the lease is lost`() throws {
        var (step, _) = try loop { if case .attach = $0 { true } else { false } }
        let told = notices(step(.leading(false)), .nodeWithoutAddress)
        #expect(told.map(\.subject) == ["node-1"] && told.map(\.severity) == [.error])
        #expect(told.first?.message.contains("lost the lease while node-1's address was off") == true)
        #expect(told.first?.node?.name == "node-1")
        #expect(notices(step(.leading(false)), .nodeWithoutAddress) == [])
    }

    @Test func `a swap that the closed gate ended before is named as well, and one that took nothing off is not`() throws {
        var (step, id) = try loop { if case .attach = $0 { true } else { false } }
        let end = step(.swap(id: id, .attached(.failure(leaseLost))))
        #expect(notices(end, .swapUnsettled).count == 1)
        #expect(step.machine.refusal == nil && step.machine.refusedUntil.isEmpty)
        #expect(notices(step(.leading(false)), .nodeWithoutAddress).map(\.subject) == ["node-1"])
        var (early, _) = try loop { if case .readAddress = $0 { true } else { false } }
        #expect(notices(early(.leading(false)), .nodeWithoutAddress) == [])
    }
}

import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// A swap that ended without a certain outcome: its node may be bare, so it is loud, and taken up again soon.
@Suite struct UnsettledSwapTests: LoopSteps {
    private let swappable = Fixture.observation(
        addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)], instances: [Fixture.instance(1)],
        projectAddresses: [Fixture.address(1)])

    private func claimed(_ step: LoopTranscript, _ id: Int) throws -> Observation {
        let claim = try #require(step.machine.swaps[id]?.machine.claim)
        return claimed(claim)
    }

    private func claimed(_ claim: SwapClaim) -> Observation {
        Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1, claim: claim)], rules: [Fixture.ownRule(1)],
            projectAddresses: [Fixture.address(1)])
    }

    /// A swap of node 1 that has sent its detach, and what the next passes observe.
    private func detached() throws -> (LoopTranscript, id: Int, next: Observation) {
        var step = LoopTranscript()
        _ = step(.start)
        _ = step(.leading(true))
        let begun = try #require(swap(step(.observed(pass: 1, swappable))))
        let next = try claimed(step, begun.id)
        var effect = Optional(begun.effect)
        while true {
            let input: Swap.Input
            switch effect {
            case .writeClaim: input = .claimWritten(.success(()))
            case .askPermissions: input = .permissions(.success([]))
            case .readAddress: input = .address(.success(.found(Fixture.address(1))))
            case .readInstance: input = .instance(.success(Fixture.instance(1)))
            case .detach: return (step, begun.id, next)
            default:
                Issue.record("\(String(describing: effect))")
                return (step, begun.id, next)
            }
            effect = swap(step(.swap(id: begun.id, input)))?.effect
        }
    }

    /// Lets time pass until a pass begins, and answers with what that begins and tells on the observation.
    private func next(_ step: inout LoopTranscript, _ observation: Observation) throws -> [Reconciler.Effect] {
        let pass = try #require(observed(step(.wake))?.pass)
        let effects = step(.observed(pass: pass, observation))
        return effects
    }

    @Test func `it is taken up again after 10 s, then every 15 s, and the alarm holds until it is settled`() throws {
        var (step, id, observation) = try detached()
        _ = step(.swap(id: id, .detached(.success(()))))
        _ = step(.swap(id: id, .attached(.success(()))))
        // Attached, but the instance can't be read.
        _ = step(.swap(id: id, .instance(.failure(.unavailable))))
        #expect(step.machine.swaps.isEmpty)
        step.pass(100)
        let alarm = stranded(try next(&step, observation))
        #expect(alarm.map(\.node.name) == ["node-1"] && alarm.map(\.isCertain) == [false])
        for seconds in [10, 15, 15, 15] {
            step.pass(seconds * 1000 - 1100)
            let idle = try next(&step, observation)
            #expect(swap(idle) == nil && stranded(idle).count == 1, "it cools down")
            step.pass(1000)
            let again = try #require(swap(try next(&step, observation)))
            #expect(again.effect == .readInstance)
            _ = step(.swap(id: again.id, .instance(.failure(.unavailable))))
            step.pass(100)
            #expect(stranded(try next(&step, observation)).map(\.node.name) == ["node-1"])
        }
        step.pass(14_900)
        let last = try #require(swap(try next(&step, observation)))
        let held = Fixture.instance(1, natIP: Fixture.reservedIP(1))
        _ = step(.swap(id: last.id, .instance(.success(held))))
        _ = step(.swap(id: last.id, .claimWritten(.success(()))))
        step.pass(1000)
        observation = Fixture.observation(addresses: [Fixture.address(1, heldBy: 1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)])
        #expect(stranded(try next(&step, observation)) == [])
    }

    @Test func `a swap that was bound, or never sent its detach, is no alarm`() throws {
        var (step, id, observation) = try detached()
        _ = step(.swap(id: id, .detached(.success(()))))
        _ = step(.swap(id: id, .attached(.success(()))))
        _ = step(.swap(id: id, .instance(.success(Fixture.instance(1, natIP: Fixture.reservedIP(1))))))
        _ = step(.swap(id: id, .claimWritten(.failure(.unavailable))))
        step.pass(100)
        #expect(stranded(try next(&step, observation)) == [])

        var early = LoopTranscript()
        _ = early(.start)
        _ = early(.leading(true))
        let begun = try #require(swap(early(.observed(pass: 1, swappable))))
        _ = early(.swap(id: begun.id, .claimWritten(.failure(.lost))))
        early.pass(100)
        #expect(stranded(try next(&early, observation)) == [])
    }

    private func stranded(_ effects: [Reconciler.Effect]) -> [StrandedNode] { report(effects)?.stranded ?? [] }
    private func seeks(_ effects: [Reconciler.Effect]) -> Bool { effects.contains { if case .seekStrays = $0 { true } else { false } } }

    @Test func `a node that leaves the pool with its claim on is looked for among all nodes`() throws {
        var (step, id, observation) = try detached()
        _ = step(.swap(id: id, .detached(.success(()))))
        _ = step(.swap(id: id, .attached(.success(()))))
        let unsettled = step(.swap(id: id, .instance(.failure(.unavailable))))
        #expect(seeks(unsettled))
        // The search finds it in the pool, where the next pass sees it too.
        _ = step(.strays(.known([])))
        step.pass(1000)
        #expect(!seeks(try next(&step, observation)))
        observation.nodes = .known([])
        step.pass(1000)
        #expect(seeks(try next(&step, observation)))
    }

    @Test func `the alarm ends with the node`() throws {
        var (step, id, observation) = try detached()
        _ = step(.swap(id: id, .detached(.success(()))))
        _ = step(.swap(id: id, .attached(.success(()))))
        _ = step(.swap(id: id, .instance(.failure(.unavailable))))
        step.pass(100)
        #expect(stranded(try next(&step, observation)).count == 1)
        _ = step(.strays(.known([])))
        observation.nodes = .known([])
        step.pass(100)
        // It may have left the pool only.
        let left = try next(&step, observation)
        #expect(seeks(left) && stranded(left).count == 1)
        _ = step(.strays(.known([])))
        step.pass(100)
        #expect(stranded(try next(&step, observation)) == [])
    }

    @Test func `a replica that is elected again takes up at once what it left`() throws {
        var (step, id, observation) = try detached()
        _ = step(.swap(id: id, .detached(.success(()))))
        _ = step(.swap(id: id, .attached(.success(()))))
        _ = step(.swap(id: id, .instance(.failure(.unavailable))))
        _ = step(.leading(false))
        step.pass(1000)
        let pass = try #require(observed(step(.leading(true)))?.pass)
        #expect(swap(step(.observed(pass: pass, observation)))?.effect == .readInstance)
        observation.groups = [:]
    }
}

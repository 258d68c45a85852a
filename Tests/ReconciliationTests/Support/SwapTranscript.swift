import Fixtures
import Model
import Planning
import Testing

@testable import Reconciliation

/// One node's swap, read as a transcript: an input, then what the machine asks for.
struct SwapTranscript {
    var machine: SwapMachine
    var now = Fixture.start.wall

    mutating func callAsFunction(_ input: Swap.Input) -> Swap.Effect? {
        let effects = machine.step(now: now, input)
        #expect(effects.count <= 1)
        return effects.first
    }
}

import Testing

@testable import Simulation

/// What the simulation itself must be able to do: say the same twice, be written down and read again, fail, and become smaller.
struct MachineryTests {
    @Test(arguments: [1, 7, 42, 99] as [UInt64])
    func `the same seed gives the same run, event for event`(seed: UInt64) {
        let first = Simulator(Scenario(seed: seed), records: true).run()
        let second = Simulator(Scenario(seed: seed), records: true).run()
        #expect(first.digest == second.digest)
        #expect(first.lines == second.lines)
        #expect(first.events > 50)
        #expect(Simulator(Scenario(seed: seed + 1)).run().digest != first.digest)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a scenario that was written out is the same when it is read`(seed: UInt64) throws {
        var scenario = Scenario(seed: seed)
        for setting in Setting.allCases { scenario.settings[setting] = scenario[setting] }
        #expect(try Scenario(text: scenario.text) == scenario)
    }

    @Test(arguments: ["seed x", "set nonsense 1", "at 1 crash 2", "fault stale getLease one 2", "what"])
    func `a line that can't be understood is named`(line: String) {
        #expect(throws: Scenario.Unreadable.self) { try Scenario(text: "seed 1\n\(line)\n") }
    }

    @Test func `the shrinker leaves what a failure needs, and nothing else`() {
        var scenario = Scenario(seed: 3)
        let needed = WorldAction(at: 5000, .release, 1, 1)
        let fault = PlannedFault(.lostAnswer, .addAccessConfig, 2, 0)
        scenario.actions = (0..<17).map { WorldAction(at: $0 * 100, .touchNode, $0, 0) } + [needed]
        scenario.faults = (1..<14).map { PlannedFault(.delay, .listNodes, $0, 700) } + [fault]
        scenario.settings[.nodes] = 5
        var shrinker = Shrinker(scenario, breaking: "Planted", runs: 2000) { candidate in
            let isBroken = candidate.actions.contains(needed) && candidate.faults.contains(fault) && candidate[.nodes] >= 2
            return isBroken ? Violation(invariant: "Planted", time: 0, message: "") : nil
        }
        let small = shrinker.shrink()
        #expect(small.actions == [needed])
        #expect(small.faults == [fault])
        #expect(small[.nodes] == 2)
        #expect(small[.replicas] == 1)
    }

    @Test func `what can't happen says why, and is no part of what must be met`() {
        for fault in FaultKind.allCases {
            for call in CallKind.allCases {
                let isPossible = FaultCells.possible.contains { $0 == (fault, call) }
                #expect(isPossible == (FaultCells.impossible(fault, call) == nil))
            }
        }
    }
}

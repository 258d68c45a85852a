// Faults can be planted in debug builds only.
#if MUTANTS
    import Model
    import Simulation
    import Testing

    /// The proof that the simulation can fail: each rule of the tool, broken on purpose, breaks an invariant within some seeds, and
    /// unbroken it does not in the very same run.
    struct MutantTests {
        static let seeds: Range<UInt64> = 0..<40

        @Test(arguments: Mutant.allCases)
        func `a broken rule is found, by an invariant that speaks of it`(mutant: Mutant) {
            var unbroken: Violation?
            var last = ""
            for seed in Self.seeds {
                var scenario = Scenario(seed: seed)
                mutant.sharpen(&scenario)
                last = scenario.text
                let run = { Simulator(scenario).run().violation }
                guard let violation = Mutant.$active.withValue(mutant, operation: run) else { continue }
                unbroken = run()
                guard unbroken == nil else { continue }
                print("\(mutant): seed \(seed), \(violation.invariant): \(violation.message)")
                #expect(mutant.isKilled(by: violation), "seed \(seed): \(violation.invariant): \(violation.message)\n\(scenario.text)")
                return
            }
            Issue.record(
                "\(mutant) survives \(Self.seeds.count) seeds\(unbroken.map { "; unbroken, the tool breaks \($0.invariant): \($0.message)" } ?? "")\nThe last scenario, for simulate --scenario FILE:\n\(last)"
            )
        }
    }
#endif

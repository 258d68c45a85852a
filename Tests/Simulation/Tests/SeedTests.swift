import Simulation
import Testing

/// A thousand seeds; `make simulate` runs ten thousand.
struct SeedTests {
    @Test func `no seed breaks an invariant, each converges, and every invariant and nearly every fault has its say`() async {
        let summary = await Campaign(0..<1000).run(jobs: 2)
        #expect(summary.seeds == 1000)
        for (seed, violation) in summary.failures.prefix(10) {
            let account = RunResult.account(of: Scenario(seed: seed), replay: "--seed \(seed)")
            Issue.record("seed \(seed) breaks \(violation.invariant): \(violation.message)\n\(account)")
        }
        #expect(summary.failures.count <= 10)
        #expect(summary.coverage.idle.isEmpty)
        #expect(summary.coverage.emptyActions.isEmpty)
        // Ten thousand seeds leave none out.
        #expect(summary.coverage.empty.count <= 5)
    }
}

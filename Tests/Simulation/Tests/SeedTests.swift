import Simulation
import Testing

/// A thousand seeds; `make simulate` runs ten thousand.
struct SeedTests {
    @Test(arguments: stride(from: 0 as UInt64, to: 1000, by: 50).map { $0 })
    func `no seed breaks an invariant, and each converges`(first: UInt64) async {
        let summary = await Campaign(first..<(first + 50)).run(jobs: 1)
        #expect(summary.seeds == 50)
        for (seed, violation) in summary.failures {
            Issue.record(
                "seed \(seed) breaks \(violation.invariant): \(violation.message)\n    swift run -c release simulate --seed \(seed)")
        }
    }
}

import Locking

/// Many seeds, over a number of threads: one simulation a thread.
package final class Campaign: Sendable {
    package struct Summary: Sendable {
        package var seeds = 0
        /// By seed.
        package var failures: [(seed: UInt64, violation: Violation)] = []
        package var coverage = Coverage()
        package var passes: [Int] = []
        /// Milliseconds of virtual time after the last fault.
        package var times: [Int] = []
        package var events = 0
        /// Of all runs together, whatever their order: the same seeds give the same, in every process.
        package var digest: UInt64 = 0
    }

    private struct State: Sendable {
        var next: UInt64
        var summary = Summary()
    }

    private let range: Range<UInt64>
    private let state: Locked<State>
    private let progress: @Sendable (Int) -> Void

    /// - Parameter progress: told after every seed how many are done.
    package init(_ range: Range<UInt64>, progress: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.range = range
        self.progress = progress
        state = Locked(State(next: range.lowerBound))
    }

    package func run(jobs: Int) async -> Summary {
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<max(1, jobs) { tasks.addTask { @concurrent in self.work() } }
        }
        return state.withLock {
            $0.summary.failures.sort { $0.seed < $1.seed }
            return $0.summary
        }
    }

    /// Takes seeds until there are none.
    package func work() {
        while let seed = take() {
            let result = Simulator(Scenario(seed: seed)).run()
            let done = state.withLock { state in
                state.summary.seeds += 1
                state.summary.coverage.add(result.coverage)
                state.summary.events += result.events
                state.summary.digest ^= (result.digest &+ seed) &* 0x9E37_79B9_7F4A_7C15
                if let violation = result.violation { state.summary.failures.append((seed, violation)) }
                if let time = result.convergedAfter {
                    state.summary.passes.append(result.passes)
                    state.summary.times.append(time)
                }
                return state.summary.seeds
            }
            progress(done)
        }
    }

    private func take() -> UInt64? {
        state.withLock { state in
            guard state.next < range.upperBound else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}

import Model

/// Counts by size. A value.
package struct Histogram: Hashable, Sendable {
    /// Upper bounds, ascending; `+Inf` is not among them.
    package let bounds: [Double]
    /// Of each bound, not cumulative; the last one is what lies above all bounds.
    package private(set) var counts: [Int]
    package private(set) var sum: Double = 0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package var count: Int { counts.reduce(0, +) }

    package mutating func observe(_ duration: Duration) {
        let seconds = max(0, duration.inSeconds)
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sum += seconds
    }

    /// Of one request: those that are answered at once, to those that wait for an operation.
    package static let requests = Histogram(bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
    package static let passes = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120])
    /// Two operations of Compute Engine, and what their waits and retries take.
    package static let swaps = Histogram(bounds: [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600])
}

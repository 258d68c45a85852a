import Foundation
import Model

/// Time that passes only when someone sleeps or a test says so.
final class TestClock: @unchecked Sendable {
    private let lock = NSLock()
    private var passed = Duration.zero
    private var slept: [Duration] = []
    private let start = Timestamp(rfc3339: "2026-03-01T12:00:20Z")!

    var sleeps: [Duration] { lock.withLock { slept } }
    var now: Moment { lock.withLock { Moment(instant: Instant(sinceOrigin: passed), wall: start + passed) } }

    func advance(_ duration: Duration) { lock.withLock { passed += duration } }

    /// Random numbers are always one half.
    var runtime: Runtime {
        Runtime(
            now: { self.now }, random: { UInt64.max / 2 + 1 },
            sleep: { duration throws(CancellationError) in
                if Task.isCancelled { throw CancellationError() }
                self.lock.withLock {
                    self.slept.append(duration)
                    self.passed += duration
                }
            })
    }
}

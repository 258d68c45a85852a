import Foundation
import Model

/// Time that passes when someone sleeps, or when a test says so. Randomness is a constant.
final class ManualClock: @unchecked Sendable {
    private let lock = NSLock()
    private var instant: Duration
    private var wall: Timestamp
    private var slept: [Duration] = []
    private let unit: Double

    /// - Parameter unit: what the runtime's random numbers come to, of 0..<1.
    init(wall: String = "2026-03-01T12:00:00Z", unit: Double = 0.5) {
        instant = .seconds(1000)
        self.wall = Timestamp(rfc3339: wall)!
        self.unit = unit
    }

    var sleeps: [Duration] { lock.withLock { slept } }
    var now: Moment { lock.withLock { Moment(instant: Instant(sinceOrigin: instant), wall: wall) } }

    func advance(_ duration: Duration) {
        lock.withLock {
            instant += duration
            wall = wall + duration
        }
    }

    /// Someone sets the wall clock.
    func set(wall: String) { lock.withLock { self.wall = Timestamp(rfc3339: wall)! } }

    var runtime: Runtime {
        Runtime(
            now: { self.now }, random: { UInt64(self.unit * 0x1p53) << 11 },
            sleep: { duration throws(CancellationError) in
                self.lock.withLock { self.slept.append(duration) }
                self.advance(duration)
            })
    }
}

import Locking
import Model

/// Time that passes when somebody sleeps.
final class FuzzClock: Sendable {
    private let elapsed = Locked(Duration.seconds(1000))
    private let start = Timestamp(secondsSinceEpoch: 1_772_366_400)

    var runtime: Runtime {
        Runtime(
            now: { [self] in
                let elapsed = elapsed.withLock { $0 }
                return Moment(instant: Instant(sinceOrigin: elapsed), wall: start + elapsed)
            },
            random: { 1 << 63 },
            sleep: { [self] delay throws(CancellationError) in
                if Task.isCancelled { throw CancellationError() }
                elapsed.withLock { $0 += max(delay, .zero) }
            })
    }
}

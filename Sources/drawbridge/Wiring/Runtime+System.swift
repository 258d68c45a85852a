import FoundationEssentials
import Model

extension Runtime {
    /// The machine's clocks, randomness and sleep. The monotonic clock goes on while the machine is suspended: a lease runs out then, too.
    static let system: Runtime = {
        let origin = ContinuousClock.now
        return Runtime(
            now: {
                Moment(
                    instant: Instant(sinceOrigin: origin.duration(to: .now)),
                    wall: Timestamp(millisecondsSinceEpoch: Int64((Date.now.timeIntervalSince1970 * 1000).rounded())))
            },
            random: { UInt64.random(in: .min ... .max) },
            sleep: { duration throws(CancellationError) in
                do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
            })
    }()
}

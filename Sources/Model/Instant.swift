/// A point on this process's monotonic clock, as the time since an origin of the clock's own choice.
///
/// Instants of two processes can't be compared. Every limit, delay and lease expiry is judged by instants.
package struct Instant: Hashable, Comparable, Sendable {
    package var sinceOrigin: Duration

    package init(sinceOrigin: Duration) { self.sinceOrigin = sinceOrigin }

    package static func < (a: Instant, b: Instant) -> Bool { a.sinceOrigin < b.sinceOrigin }
    package static func - (a: Instant, b: Instant) -> Duration { a.sinceOrigin - b.sinceOrigin }
    package static func + (a: Instant, b: Duration) -> Instant { Instant(sinceOrigin: a.sinceOrigin + b) }
}

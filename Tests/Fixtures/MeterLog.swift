import Locking
package import Model

/// Keeps what a client tells of its calls.
package final class MeterLog: Sendable {
    private let log = Locked<[CallMeter.Event]>([])

    package init() {}

    package var meter: CallMeter { CallMeter { event in self.log.withLock { $0.append(event) } } }
    package var events: [CallMeter.Event] { log.withLock { $0 } }
}

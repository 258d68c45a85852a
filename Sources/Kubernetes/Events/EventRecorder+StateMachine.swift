internal import Model

extension EventRecorder {
    /// Which Events to write: the first of a kind as a new object, its repetitions within a window as a higher count on the same
    /// object.
    ///
    /// One write is under way at a time. What happens meanwhile waits; repetitions of what waits are counted into it. Beyond the
    /// limits events are dropped and counted: they are for people, and must never hold up the loop.
    struct StateMachine: Sendable {
        enum Write: Hashable, Sendable {
            case create(NodeEvent, count: Int, first: Timestamp, last: Timestamp)
            case patch(NodeEvent, EventRecord, last: Timestamp)
        }

        private struct Occurrence {
            var count: Int
            var first: Timestamp
            var last: Timestamp
        }

        private struct Written {
            var record: EventRecord
            var at: Instant
        }

        private let window: Duration
        private let waitingLimit: Int
        private let writtenLimit: Int
        private var order: [NodeEvent] = []
        private var waiting: [NodeEvent: Occurrence] = [:]
        private var written: [NodeEvent: Written] = [:]
        private var underway: (event: NodeEvent, occurrence: Occurrence)?
        private(set) var dropped = 0

        /// - Parameters:
        ///   - window: how long after the last write of an event its repetitions count as the same.
        ///   - waitingLimit: events that wait to be written, at most.
        ///   - writtenLimit: events whose objects are remembered, at most.
        init(window: Duration, waitingLimit: Int, writtenLimit: Int) {
            self.window = window
            self.waitingLimit = waitingLimit
            self.writtenLimit = writtenLimit
        }

        /// Takes an event in.
        mutating func record(_ event: NodeEvent, at moment: Moment) {
            if waiting[event] != nil {
                waiting[event]?.count += 1
                waiting[event]?.last = moment.wall
                return
            }
            guard order.count < waitingLimit else {
                dropped += 1
                return
            }
            order.append(event)
            waiting[event] = Occurrence(count: 1, first: moment.wall, last: moment.wall)
        }

        /// The next write; `nil` while one is under way or nothing waits.
        mutating func next(at moment: Moment) -> Write? {
            guard underway == nil, !order.isEmpty else { return nil }
            let event = order.removeFirst()
            guard let occurrence = waiting.removeValue(forKey: event) else { return nil }
            underway = (event, occurrence)
            guard let known = written[event], moment.instant - known.at <= window else {
                written[event] = nil
                return .create(event, count: occurrence.count, first: occurrence.first, last: occurrence.last)
            }
            var record = known.record
            record.count += occurrence.count
            return .patch(event, record, last: occurrence.last)
        }

        /// The write under way has been made.
        mutating func succeeded(_ record: EventRecord, at moment: Moment) {
            guard let (event, _) = underway else { return }
            underway = nil
            if written.count >= writtenLimit, let oldest = written.min(by: { $0.value.at < $1.value.at }) { written[oldest.key] = nil }
            written[event] = Written(record: record, at: moment.instant)
        }

        /// The write under way has failed. A patch of an object that is gone becomes a new object; all else is dropped.
        mutating func failed(isMissing: Bool) {
            guard let (event, occurrence) = underway else { return }
            underway = nil
            let wasPatch = written.removeValue(forKey: event) != nil
            guard isMissing, wasPatch else {
                dropped += 1
                return
            }
            if let later = waiting[event] {
                waiting[event] = Occurrence(count: occurrence.count + later.count, first: occurrence.first, last: later.last)
            } else {
                order.insert(event, at: 0)
                waiting[event] = occurrence
            }
        }
    }
}

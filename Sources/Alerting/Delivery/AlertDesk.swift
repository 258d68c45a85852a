package import HTTP
import Locking
package import Model

/// The shell around `AlertBook` and `Outbox`: takes what sources find, tells what comes of it, and keeps what was told. `take` and its
/// kin return at once, whatever the sinks do.
package final class AlertDesk: Sendable {
    package struct Settings: Sendable {
        package var times = AlertTimes()
        package var sinks: [any AlertSink] = []
        package var alertmanagers: [Alertmanager] = []
        /// `nil`: nothing outlives the process.
        package var store: (any AlertStateStore)?

        package init() {}
    }

    enum Phase: Sendable {
        /// Another process tells, or nobody: what is found is dropped.
        case closed
        /// What was told is being read; what is found meanwhile waits, the latest of each source.
        case restoring(found: [String: (Findings, Duration)])
        case open
    }

    struct State: Sendable {
        var phase = Phase.closed
        /// Counts leaderships: what was begun in an earlier one comes to nothing.
        var epoch = 0
        var book: AlertBook
        var outbox: Outbox
        var isDirty = false
        /// Why each sink that fails does.
        var troubles: [String: String] = [:]
        var sources: Set<String>?
    }

    let settings: Settings
    let transport: any HTTPTransport
    let runtime: Runtime
    let state: Locked<State>
    private let tell: @Sendable (AlertTransition) -> Void
    let warn: @Sendable (String) -> Void
    private let signals: [Signal]

    /// Wakes one of the tasks; signals that come faster are one.
    struct Signal: Sendable {
        let stream: AsyncStream<Void>
        let feed: AsyncStream<Void>.Continuation

        init() { (stream, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }
    }

    /// - Parameters:
    ///   - tell: called for each transition, in order, once, and when what fires is seen again after a gap; must not block. For the log and Kubernetes Events.
    ///   - warn: what goes wrong with sinks and the store, for the log.
    package init(
        _ settings: Settings, transport: any HTTPTransport, runtime: Runtime, tell: @escaping @Sendable (AlertTransition) -> Void,
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.settings = settings
        self.transport = transport
        self.runtime = runtime
        self.tell = tell
        self.warn = warn
        state = Locked(State(book: AlertBook(times: settings.times), outbox: Outbox(sinks: settings.sinks.map(\.name))))
        signals = (0..<settings.sinks.count + settings.alertmanagers.count + 2).map { _ in Signal() }
    }

    func signal(sink index: Int) -> Signal { signals[index] }
    func signal(alertmanager index: Int) -> Signal { signals[settings.sinks.count + index] }
    var saving: Signal { signals[signals.count - 2] }
    var loading: Signal { signals[signals.count - 1] }

    // MARK: What others say

    /// All that a source has found now.
    package func take(_ findings: Findings, of source: String, repeatEvery: Duration) {
        perform { state in
            switch state.phase {
            case .closed: return []
            case .restoring(var found):
                found[source] = (findings, repeatEvery)
                state.phase = .restoring(found: found)
                return []
            case .open:
                return state.book.step(now: self.runtime.now(), .findings(source: source, findings, repeatEvery: repeatEvery))
            }
        }
    }

    /// Only these sources are left.
    package func keep(sources: Set<String>) {
        perform { state in
            state.sources = sources
            switch state.phase {
            case .closed: return []
            case .restoring(let found):
                state.phase = .restoring(found: found.filter { sources.contains($0.key) })
                return []
            case .open: return state.book.step(now: self.runtime.now(), .keep(sources: sources.union([Self.ownSource])))
            }
        }
    }

    /// Whether this process is the one that tells. It then takes up what was told before, if there is a store.
    package func lead(_ leads: Bool) {
        perform { state in
            state.epoch += 1
            state.isDirty = false
            state.troubles = [:]
            _ = state.book.step(now: self.runtime.now(), .clear)
            state.outbox = Outbox(sinks: self.settings.sinks.map(\.name))
            state.phase = !leads ? .closed : self.settings.store == nil ? .open : .restoring(found: [:])
            return []
        }
        if leads { loading.feed.yield() }
    }

    package func elapsed() {
        perform { state in
            guard case .open = state.phase else { return [] }
            return state.book.step(now: self.runtime.now(), .elapsed)
        }
    }

    package var firing: [Alert] { state.withLock { $0.book.firing } }
    package var pending: [Alert] { state.withLock { $0.book.pending } }
    /// By sink, why it takes nothing.
    package var troubles: [String: String] { state.withLock { $0.troubles } }

    /// What the desk finds itself.
    static let ownSource = "(alerts)"

    // MARK: What comes of it

    /// Told under the lock, so that the order is one for all.
    func perform(_ body: (inout State) -> [AlertBook.Effect]) {
        let isNews = state.withLock { state in
            let effects = body(&state)
            for effect in effects {
                switch effect {
                case .tell(let transition):
                    state.outbox.append(transition)
                    tell(transition)
                case .remind(let transition): tell(transition)
                case .save: break
                }
            }
            if effects.contains(.save) || effects.contains(where: { if case .tell = $0 { true } else { false } }) { state.isDirty = true }
            return !effects.isEmpty
        }
        if isNews { for signal in signals.dropLast() { signal.feed.yield() } }
    }

    /// Goes on from what was told before; `nil`: nothing is known of it.
    func restored(_ archive: AlertArchive?, epoch: Int) {
        perform { state in
            guard state.epoch == epoch, case .restoring(let found) = state.phase else { return [] }
            let now = runtime.now()
            var effects: [AlertBook.Effect] = []
            if let archive {
                effects += state.book.step(now: now, .restore(archive.book))
                state.outbox.restore(archive.outbox, last: state.book.lastNumber)
            }
            state.phase = .open
            if let sources = state.sources { effects += state.book.step(now: now, .keep(sources: sources.union([Self.ownSource]))) }
            for (source, (findings, repeatEvery)) in found.sorted(by: { $0.key < $1.key }) {
                effects += state.book.step(now: now, .findings(source: source, findings, repeatEvery: repeatEvery))
            }
            return effects
        }
        for signal in signals.dropLast() { signal.feed.yield() }
    }

    /// A sink has begun to fail, or works again.
    func note(_ trouble: String?, of sink: String) {
        perform { state in
            guard state.troubles[sink] != trouble else { return [] }
            state.troubles[sink] = trouble
            guard case .open = state.phase else { return [] }
            let conditions = state.troubles.sorted { $0.key < $1.key }.map { ProcessConditions.sinkFailing($0.key, trouble: $0.value) }
            return state.book.step(
                now: runtime.now(), .findings(source: Self.ownSource, Findings(conditions), repeatEvery: settings.times.repeatEvery))
        }
    }
}

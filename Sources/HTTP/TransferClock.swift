/// When a transfer has taken too long. Stepped with the time; knows none itself.
///
/// libcurl's own idle limit (CURLOPT_LOW_SPEED_TIME) counts whole seconds, and goes on while a reader holds the body back.
struct TransferClock {
    typealias Instant = ContinuousClock.Instant

    enum Limit: String, Hashable {
        case connect, idle, total
    }

    private enum Phase {
        case connecting(since: Instant)
        case flowing(lastActivity: Instant)
        /// The reader holds the body back.
        case held
    }

    private let limits: HTTPLimits
    private let totalDeadline: Instant?
    private var phase: Phase

    /// - Parameters:
    ///   - totalDeadline: counted from the call, time in the queue included.
    ///   - now: the transfer leaves the queue.
    init(_ limits: HTTPLimits, totalDeadline: Instant?, now: Instant) {
        self.limits = limits
        self.totalDeadline = totalDeadline
        phase = .connecting(since: now)
    }

    mutating func activity(_ now: Instant) {
        if case .held = phase { return }
        phase = .flowing(lastActivity: now)
    }

    mutating func hold() { phase = .held }

    mutating func resume(_ now: Instant) {
        if case .held = phase { phase = .flowing(lastActivity: now) }
    }

    /// The next moment at which a limit runs out, and which.
    var deadline: (at: Instant, limit: Limit)? {
        let phaseDeadline: (at: Instant, limit: Limit)? =
            switch phase {
            case .connecting(let since): (since + limits.connect, .connect)
            case .flowing(let lastActivity): (lastActivity + limits.idle, .idle)
            case .held: nil
            }
        guard let totalDeadline else { return phaseDeadline }
        guard let phaseDeadline, phaseDeadline.at < totalDeadline else { return (totalDeadline, .total) }
        return phaseDeadline
    }

    /// The limit that has run out.
    func expired(_ now: Instant) -> Limit? {
        guard let deadline, deadline.at <= now else { return nil }
        return deadline.limit
    }

    /// For people.
    func message(_ limit: Limit) -> String {
        switch limit {
        case .connect: "no connection within \(limits.connect)"
        case .idle: "nothing moved for \(limits.idle)"
        case .total: "not finished within \(limits.total ?? .zero)"
        }
    }
}

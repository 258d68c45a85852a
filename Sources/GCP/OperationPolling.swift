import HTTP
package import Model

/// How an operation is polled: by which method next, and after what pause. A value that is stepped with what came back.
package struct OperationPolling: Sendable {
    private let start: Instant
    private var failures = 0
    private var failingSince: Instant?
    private var waitFailures = 0
    /// The last answer came too soon to have waited for anything.
    private var wasEarly = false
    private var named: Duration?
    /// Whether `zoneOperations.wait` is next; else `zoneOperations.get`.
    package private(set) var waits = true

    /// After so many failures of `wait` only `get` is used.
    private static let waitFailureLimit = 3
    /// After so long without an answer the operation is given up: what it was to change can be looked at, and its instance may be without
    /// an address.
    private static let patience = Duration.seconds(20)

    package init(start: Instant) { self.start = start }

    /// The pause before the next poll, if there is one.
    package func pause(now: Instant, unit: Double) -> Duration? {
        if failures > 1 || (failures == 1 && named != nil) {
            let ceiling = min(5, 0.25 * Double(1 << min(failures, 10)))
            return max(.milliseconds(Int64(ceiling * (0.5 + unit / 2) * 1000)), named ?? .zero)
        }
        guard failures == 0, wasEarly else { return nil }
        return max(.milliseconds(100), min(.seconds(2), (now - start) / 20))
    }

    package mutating func answered(after passed: Duration) {
        failures = 0
        failingSince = nil
        named = nil
        wasEarly = passed < .seconds(1)
        waits = waitFailures < Self.waitFailureLimit
    }

    /// - Returns: whether to go on.
    package mutating func failed(_ error: APIError, now: Instant) -> Bool {
        guard error.api == .compute, error.code != HTTPError.Kind.cancelled.rawValue else { return false }
        switch error.disposition {
        case .retry(let after): named = after
        // A server that does not know `wait`, or a proxy that does not like it.
        case .permanent where waits: named = nil
        default: return false
        }
        let since = failingSince ?? now
        failingSince = since
        guard now - since < Self.patience else { return false }
        failures += 1
        if waits { waitFailures += 1 }
        waits = false
        return true
    }
}

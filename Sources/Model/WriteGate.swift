/// Whether this process may write right now: rule 9 of the plan. A client asks it before every request of a write that it sends,
/// repetitions included, so that no request leaves once the lease is lost, however long throttles and lost answers draw a call out.
package struct WriteGate: Sendable {
    /// The code of the error that a closed gate makes.
    package static let code = "lease-lost"

    private let mayWrite: @Sendable () -> Bool

    package init(_ mayWrite: @escaping @Sendable () -> Bool) { self.mayWrite = mayWrite }

    /// The same, and closed for good once a condition has ended.
    package func closed(unless isCurrent: @escaping @Sendable () -> Bool) -> WriteGate {
        let mayWrite = mayWrite
        return WriteGate { mayWrite() && isCurrent() }
    }

    /// Lets a request leave, if it may.
    ///
    /// - Parameter previous: what the last request of the same call came to; `nil` before the first.
    /// - Throws: permanent `lease-lost`, with `mayHaveTakenEffect` as the call's requests before left it.
    package func pass(
        _ api: APIError.API, _ operation: String, on resource: String, after previous: APIError?
    ) throws(APIError) {
        guard !mayWrite(), !Mutant.opensTheGate.isActive else { return }
        var message = "not sent: this replica does not hold the lease"
        if let previous {
            let effect = previous.mayHaveTakenEffect ? "it may have taken effect" : "it took no effect"
            message =
                "not sent again: this replica does not hold the lease any more; the request before failed, \(effect): \(previous.code)"
            if !previous.message.isEmpty { message += ", \(previous.message)" }
        }
        throw APIError(
            api: api, operation: operation, resource: resource, code: Self.code, message: message, disposition: .permanent,
            mayHaveTakenEffect: previous?.mayHaveTakenEffect ?? false)
    }
}

package import Model

/// A failed attempt of a call, with what the next decision needs.
package struct QueryFailure: Error, Sendable {
    package var error: APIError
    /// `nil` when no answer came.
    package var kind: AWSErrorClass?
    /// The answer's `Date`, and this machine's time when it came.
    var serverDate: Timestamp?
    var receivedAt: Timestamp
    /// The clock correction that the request was signed with.
    var signedAhead: Duration
    /// Whose keys signed it, for people: `keys of environment`; `nil` for a call without a signature.
    var keys: String?
    /// Whether these keys end some time: they come with a session token.
    var areTemporary = false

    package init(error: APIError, kind: AWSErrorClass?, serverDate: Timestamp?, receivedAt: Timestamp, signedAhead: Duration) {
        self.error = error
        self.kind = kind
        self.serverDate = serverDate
        self.receivedAt = receivedAt
        self.signedAhead = signedAhead
    }

    /// The error with what to do about it, which survives the message's limit, as does whose keys they were.
    func advised(_ advice: String) -> APIError {
        var advised = error
        var message = String(error.message.prefix(600))
        if let keys, !message.contains(keys) { message += "; \(keys)" }
        advised.message = message + "; " + advice
        return advised
    }
}

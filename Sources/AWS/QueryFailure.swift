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

    package init(error: APIError, kind: AWSErrorClass?, serverDate: Timestamp?, receivedAt: Timestamp, signedAhead: Duration) {
        self.error = error
        self.kind = kind
        self.serverDate = serverDate
        self.receivedAt = receivedAt
        self.signedAhead = signedAhead
    }
}

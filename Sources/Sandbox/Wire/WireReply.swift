package import Model

/// What a front end makes of a request.
package enum WireReply: Sendable {
    case answer(WireResponse)
    /// The effect has taken place; the answer goes out at that time.
    case answerAt(Timestamp, WireResponse)
    /// Nothing to say yet: ask again then (a long poll).
    case again(at: Timestamp)
    /// The connection ends without an answer.
    case hangUp
}

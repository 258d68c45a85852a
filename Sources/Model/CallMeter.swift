/// Who is told of the calls that the clients make, to count them. A value: the clients keep no counts of their own.
package struct CallMeter: Sendable {
    package enum Event: Hashable, Sendable {
        /// A request was answered, or failed on its way. `code` is `OK`, else that of the `APIError`: a vendor's, or a word such as `timeout`.
        case request(APIError.API, operation: String, code: String, took: Duration)
        /// It was turned away because there were too many.
        case throttled(APIError.API, operation: String)
        /// It is made again, after a delay.
        case retried(APIError.API, operation: String)
        /// Credentials were fetched. They are named as a person would tell them apart; `end`: until when they serve, if that is known.
        case renewed(cloud: String, identity: String, end: Timestamp?)
        case notRenewed(cloud: String, identity: String)
    }

    /// Called from any task; must not block.
    package let note: @Sendable (Event) -> Void

    package init(_ note: @escaping @Sendable (Event) -> Void) { self.note = note }

    /// Nobody counts.
    package static let none = CallMeter { _ in }

    /// The code of a request that succeeded.
    package static let success = "OK"
}

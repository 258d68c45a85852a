/// What can go wrong with one call. The parameter is in milliseconds unless said otherwise.
package enum FaultKind: String, CaseIterable, Hashable, Sendable, Comparable {
    /// A server's error; nothing was done.
    case errorBefore
    /// A server's error, though the call was carried out.
    case errorAfter
    /// The connection was refused: certainly not received.
    case unreached
    /// The connection ended after it was sent; nothing was done.
    case lostRequest
    /// The call was carried out, the connection ended before the answer.
    case lostAnswer
    /// The answer comes so much later, perhaps after the client's own limit.
    case delay
    /// The request comes so much later, perhaps after the client has given it up, or died, and another leads.
    case lateArrival
    /// Too many calls, without a word of when to come back.
    case throttled
    /// Too many calls, with Retry-After of so long.
    case retryAfter
    /// From this call on, all calls of this kind are denied for so long.
    case denied
    /// From this call on, all calls of this kind are answered with 503 for so long.
    case outage
    /// The answer shows the state of so long ago.
    case stale
    /// A list without one of its regions, with a warning: with 0 the one where the nodes are, else the other.
    case partial
    /// The operation is DONE, with an error.
    case operationFails
    /// The watch ends; or is answered with 410; or shows events twice; or in another order.
    case watchDrop, watchGone, watchDuplicate, watchReorder
    /// The process dies before it sends the call, or once it was carried out; another takes its place after so long.
    case crashBefore, crashAfter
    /// The process stands still from the sending on, for so long.
    case freeze

    var index: Int { Self.indices[self]! }
    private static let indices = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    package static func < (a: Self, b: Self) -> Bool { a.index < b.index }

    /// Drawn from this range.
    var parameters: ClosedRange<Int> {
        switch self {
        case .delay: 500...40_000
        case .lateArrival: 1000...40_000
        case .retryAfter: 500...20_000
        case .denied: 2_000...60_000
        case .outage: 2_000...90_000
        case .stale: 500...8_000
        case .partial: 0...2
        case .crashBefore, .crashAfter: 200...20_000
        case .freeze: 1_000...60_000
        default: 0...0
        }
    }
}

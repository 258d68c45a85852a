import Locking
import Model

/// How far AWS's clock is ahead of this machine's, as the `Date` of AWS's own answers shows. All clients share one.
///
/// Every answer is looked at, so that a clock which is far off is corrected before a request is refused for it; a refusal
/// corrects a smaller difference. What a proxy or a page of another server says is not looked at, and nothing is where TLS
/// failed: no answer is read then.
///
/// Source: aws-sdk-swift, AWSClockSkewProvider, which measures by the answer's `Date` as well, and compensates from five minutes
/// on; signatures hold for five. A clock that is set right later is measured anew.
package final class ClockSkew: Sendable {
    private let state = Locked(Duration.zero)

    package init() {}

    /// From here on a difference is corrected before anything was refused for it.
    static let tolerance = Duration.seconds(240)
    /// Beyond this a `Date` is not believed by itself: a clock that far off is wrong in another way, and a refusal says so.
    static let belief = Duration.seconds(86_400)

    /// Zero until an answer showed a difference.
    package var ahead: Duration { state.withLock { $0 } }

    /// The time to sign with.
    func corrected(_ wall: Timestamp) -> Timestamp { wall + ahead }

    /// Takes what an answer's `Date` shows, whatever else the answer says. The server wrote it, in whole seconds, between the two
    /// times; a slow answer shows less.
    func observe(server: Timestamp?, sentAt: Timestamp, receivedAt: Timestamp) {
        guard let server, sentAt <= receivedAt else { return }
        let (least, most) = (server - receivedAt, server + .seconds(1) - sentAt)
        state.withLock { ahead in
            let nearest = min(max(ahead, least), most)
            let change = nearest - ahead
            guard change > Self.tolerance || change < .zero - Self.tolerance, least <= Self.belief, most >= .zero - Self.belief else {
                return
            }
            ahead = least
        }
    }

    /// Takes what the `Date` of a refusal shows.
    ///
    /// - Returns: whether the correction changed by so much that signing again makes a difference.
    func correct(server: Timestamp, local: Timestamp, threshold: Duration) -> Bool {
        let measured = server - local
        return state.withLock { ahead in
            let change = measured - ahead
            guard change > threshold || change < .zero - threshold else { return false }
            ahead = measured
            return true
        }
    }

    /// For people: `this machine's clock is 1h2m behind AWS's`.
    static func description(ahead: Duration) -> String {
        ahead >= .zero
            ? "this machine's clock is \(ahead.brief) behind AWS's"
            : "this machine's clock is \((.zero - ahead).brief) ahead of AWS's"
    }
}

import Locking
import Model

/// How far AWS's clock is ahead of this machine's, as measured when AWS refused a request for its time. All clients share one.
///
/// Source: aws-sdk-swift, AWSClockSkewProvider, which measures by the answer's `Date` as well, and compensates from five minutes
/// on; signatures hold for five. A clock that is set right later is refused once more, and measured anew.
package final class ClockSkew: Sendable {
    private let state = Locked(Duration.zero)

    package init() {}

    /// Zero until a request was refused for its time.
    package var ahead: Duration { state.withLock { $0 } }

    /// The time to sign with.
    func corrected(_ wall: Timestamp) -> Timestamp { wall + ahead }

    /// Takes what an answer's `Date` shows.
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

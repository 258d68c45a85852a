import Model
import XML

/// A successful answer of a Query API.
struct QueryAnswer: Sendable {
    var root: XMLElement
    /// The answer's `Date`.
    var serverDate: Timestamp?
    /// This machine's time when it came.
    var receivedAt: Timestamp

    /// A time of the server's clock as this machine's clock will show it.
    func local(_ time: Timestamp) -> Timestamp { Self.local(time, server: serverDate, local: receivedAt) }

    static func local(_ time: Timestamp, server: Timestamp?, local: Timestamp) -> Timestamp {
        guard let server else { return time }
        return time + (local - server)
    }
}

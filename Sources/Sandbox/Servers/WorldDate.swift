import HTTPTypes
import Model
import NIOCore
import NIOHTTPTypes

/// Dates a server's answers by the world's clock: the library dates all of them by the machine's, after the responder.
final class WorldDate: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let now: @Sendable () -> Timestamp

    init(_ now: @escaping @Sendable () -> Timestamp) { self.now = now }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        head.headerFields[.date] = Self.text(now())
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Source: RFC 9110, section 5.6.7, IMF-fixdate.
    static func text(_ time: Timestamp) -> String {
        let parts = time.rfc3339.split(whereSeparator: { "-TZ".contains($0) })
        let days = time.millisecondsSinceEpoch / 86_400_000
        // The epoch began on a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(days % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekday), \(parts[2]) \(months[(Int(parts[1]) ?? 1) - 1]) \(parts[0]) \(parts[3]) GMT"
    }
}

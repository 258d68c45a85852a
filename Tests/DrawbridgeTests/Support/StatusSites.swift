import Locking
import Model
import Reporting

@testable import drawbridge

/// The site of a controller that nobody feeds, and times and tokens as a test wants them.
enum StatusSites {
    static let epoch = Timestamp(secondsSinceEpoch: 1_770_000_000)

    static func board(_ role: ControllerSnapshot.Role = .leading) -> Board {
        Board(replica: "drawbridge-0", now: { epoch }) { role }
    }

    static func site(
        listen: String = "127.0.0.1", gate: TokenGate? = nil, health: HealthState = HealthState(), board: Board = board()
    ) -> StatusSite {
        StatusSite(
            board: board, health: health, hosts: HostCheck(listen: listen), gate: gate, history: { Array("{}\n".utf8) },
            metrics: MetricsRoute(board: board, recorder: MetricsRecorder(now: { epoch })))
    }

    /// Time that stands still until it is moved; sleeps take none.
    static func runtime(_ clock: Locked<Duration>) -> Runtime {
        Runtime(
            now: { Moment(instant: Instant(sinceOrigin: clock.withLock { $0 }), wall: epoch) }, random: { 0 },
            sleep: { duration throws(CancellationError) in
                guard !Task.isCancelled else { throw CancellationError() }
                clock.withLock { $0 += duration }
                await Task.yield()
            })
    }
}

extension SiteAnswer {
    var text: String { if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" } }
}

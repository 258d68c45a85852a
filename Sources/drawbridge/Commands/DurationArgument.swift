import ArgumentParser
import Model

/// A duration on the command line: `30s`, `5m`, `1h30m`, `500ms`.
struct DurationArgument: ExpressibleByArgument, Sendable, CustomStringConvertible {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Duration(brief: argument), duration > .zero, duration <= .seconds(30 * 86_400) else { return nil }
        self.duration = duration
    }

    var description: String { duration.brief }
    var defaultValueDescription: String { duration.brief }
}

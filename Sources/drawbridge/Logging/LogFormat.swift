import ArgumentParser
import Logging

/// How log lines are written.
enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// For people.
    case text
    /// One object a line.
    case json
}

/// The least severe lines that are written; swift-log's names.
enum LogLevel: String, CaseIterable, ExpressibleByArgument, Sendable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

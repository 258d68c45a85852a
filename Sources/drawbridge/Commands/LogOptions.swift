import ArgumentParser
import Logging
import Model

struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How log lines are written to standard error: text or json. Default: text on a terminal, json otherwise."))
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp("The least severe lines to write: trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel = LogLevel.info

    func logger(_ surroundings: Surroundings) -> Logger {
        let format = logFormat ?? (surroundings.isStandardErrorTerminal ? .text : .json)
        let level = logLevel.level
        return Logger(label: "drawbridge") { _ in
            StandardErrorLog(format: format, now: { Runtime.system.now().wall }, logLevel: level)
        }
    }
}

import ArgumentParser
import Reporting

/// How what a controller says is printed.
enum StatusFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json

    /// What a controller sent moves no cursor here, whoever answered in its place.
    func print(_ text: String, colored: Bool) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let line =
                self == .json ? String(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }) : Printable.whole(String(line))
            guard colored, self == .text else { return line }
            if line.hasPrefix("  ! ") { return "\u{1B}[33m\(line)\u{1B}[0m" }
            if line.hasPrefix("  ~ ") { return "\u{1B}[36m\(line)\u{1B}[0m" }
            return line.first.map { $0 != " " } ?? false ? "\u{1B}[1m\(line)\u{1B}[0m" : line
        }
        Console.report(lines.joined(separator: "\n"))
    }
}

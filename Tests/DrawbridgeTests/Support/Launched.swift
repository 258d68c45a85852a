import Foundation
import Testing

/// A process that a test has started. Its output goes to files, so that no pipe fills up; whoever started it ends it.
final class Launched: Sendable {
    struct Ended: Sendable, CustomStringConvertible {
        var status: Int32
        /// Whether a signal ended it; then the status is the signal's number.
        var bySignal: Bool
        var output: String
        var errors: String

        var description: String { "status \(status)\(bySignal ? " (signal)" : "")\n--- output\n\(output)\n--- errors\n\(errors)" }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let process: Process
    private let terminal: Terminal?
    private let outputFile: URL
    private let errorFile: URL

    /// - Parameter terminal: where its input, output and errors are; without one it has no input, and the two others go to files.
    init(_ program: URL, _ arguments: [String], environment: [String: String], directory: URL, terminal: Terminal? = nil) throws {
        self.terminal = terminal
        let stem = UUID().uuidString
        outputFile = directory.appendingPathComponent("\(stem).out")
        errorFile = directory.appendingPathComponent("\(stem).err")
        process = Process()
        process.executableURL = program
        process.arguments = arguments
        // A sanitizer that this process was built with is in the program too.
        let sanitizers = ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
        process.environment = environment.merging(sanitizers) { given, _ in given }
        process.standardInput = terminal?.programSide ?? FileHandle.nullDevice
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        let (output, errors) = (try FileHandle(forWritingTo: outputFile), try FileHandle(forWritingTo: errorFile))
        process.standardOutput = terminal?.programSide ?? output
        process.standardError = terminal?.programSide ?? errors
        try process.run()
        try output.close()
        try errors.close()
    }

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var output: String { terminal?.written ?? (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { if isRunning { kill(pid, signal) } }

    /// Waits for its end, within a limit.
    func ended(within limit: Duration = .seconds(120)) async throws -> Ended {
        try await poll(within: limit) { isRunning ? "process \(pid) still runs:\n\(output)\n\(errors)" : nil }
        try await terminal?.settle()
        return Ended(
            status: process.terminationStatus, bySignal: process.terminationReason == .uncaughtSignal, output: output, errors: errors)
    }

    /// Waits until the log says something, and returns the whole line.
    @discardableResult
    func says(_ words: String, within limit: Duration = .seconds(90)) async throws -> String {
        var found: String?
        try await poll(within: limit) {
            found = errors.split(separator: "\n").first { $0.contains(words) }.map(String.init)
            if found == nil, !isRunning { throw Failure(description: "ended without saying \"\(words)\":\n\(errors)") }
            return found == nil ? "never said \"\(words)\":\n\(errors)" : nil
        }
        return found ?? ""
    }

    /// Ends it at once, and waits until it is gone.
    func end() async {
        send(SIGKILL)
        try? await poll(within: .seconds(10)) { isRunning ? "" : nil }
    }

    /// Resident memory in MiB. Source: proc(5), `/proc/pid/status`.
    var residentMiB: Double? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        return status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?.split(separator: " ").dropFirst().first.flatMap {
            Double($0)
        }
        .map { $0 / 1024 }
    }
}

/// Asks again and again until there is no problem any more; throws the last problem when time is up.
func poll(within limit: Duration, every pause: Duration = .milliseconds(5), _ problem: () throws -> String?) async throws {
    let deadline = ContinuousClock.now + limit
    while let text = try problem() {
        guard ContinuousClock.now < deadline else { throw Launched.Failure(description: "after \(limit): \(text)") }
        try await Task.sleep(for: pause)
    }
}

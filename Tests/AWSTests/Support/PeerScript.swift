import Foundation
import Peers

/// Runs a program to its end, on threads of its own, so that no test's thread waits.
enum PeerScript {
    struct Outcome: Sendable {
        var status: Int32
        var output: Data
        var errors: String
    }

    /// A script of `Tests/AWSTests/Peers`, by the tests' Python.
    static func run(_ name: String, _ arguments: [String], input: Data) async throws -> Outcome {
        guard let python = Python.executable else { throw CocoaError(.fileNoSuchFile) }
        return try await run(python, [Repository.file("Tests/AWSTests/Peers/\(name)").path] + arguments, input: input, in: nil)
    }

    static func run(_ program: URL, _ arguments: [String], input: Data, in directory: URL?) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try wait(program, arguments, input: input, in: directory) }) }
        }
    }

    private static func wait(_ program: URL, _ arguments: [String], input: Data, in directory: URL?) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ data: Data = Data()) throws -> URL {
            let url = folder.appendingPathComponent(name)
            try data.write(to: url)
            return url
        }
        let (output, errors) = (try file("output"), try file("errors"))
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path]
        process.standardInput = try FileHandle(forReadingFrom: file("input", input))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}

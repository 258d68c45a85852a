import Foundation
import Peers

/// botocore and the AWS CLI in one Python process, with the servers that the members of the chain ask. It ends with its standard
/// input, so with this process at the latest.
final class ChainPeer: Sendable {
    /// What was chosen; all `nil` when nothing was.
    struct Choice: Decodable, Equatable, Sendable {
        /// botocore's name of the member; the CLI tells none.
        var method: String?
        var key: String?
        var token: String?
        /// Why there is none, in the peer's words.
        var failure: String?
    }

    struct Choices: Decodable, Sendable {
        var botocore: Choice
        /// `nil` where the CLI is not installed.
        var cli: Choice?
    }

    private struct Ready: Decodable { var port: Int }
    private struct Ended: Error {}

    let port: Int
    private let process: Process
    private let input: Pipe
    private let output: Pipe

    private init(process: Process, input: Pipe, output: Pipe, port: Int) {
        self.process = process
        self.input = input
        self.output = output
        self.port = port
    }

    static func start(_ python: URL) async throws -> ChainPeer {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = python
        process.arguments = [Repository.file("Tests/AWSTests/Peers/credential_chains.py").path]
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let ready = try JSONDecoder().decode(Ready.self, from: try await line(output.fileHandleForReading))
        return ChainPeer(process: process, input: input, output: output, port: ready.port)
    }

    func choices(in environments: [[String: String]]) async throws -> [Choices] {
        try input.fileHandleForWriting.write(contentsOf: try JSONEncoder().encode(environments) + [0x0A])
        return try JSONDecoder().decode([Choices].self, from: try await Self.line(output.fileHandleForReading))
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.terminate()
    }

    /// Reads on a thread of its own, so that no test's thread waits.
    private static func line(_ handle: FileHandle) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var line = Data()
                while line.last != 0x0A {
                    let piece = handle.availableData
                    if piece.isEmpty { return continuation.resume(throwing: Ended()) }
                    line.append(piece)
                }
                continuation.resume(returning: line)
            }
        }
    }
}

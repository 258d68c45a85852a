import Foundation

/// A moto server: EC2, IAM and STS on a free port of the loopback, with signatures and IAM policies enforced after its set-up.
///
/// It ends when it is told to, and with the process that started it: its standard input closes then.
package final class MotoProcess: Sendable {
    package struct Keys: Decodable, Sendable {
        package var accessKeyID: String
        package var secretAccessKey: String

        package init(accessKeyID: String, secretAccessKey: String) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
        }
    }

    /// What `moto_server.py` made.
    package struct World: Decodable, Sendable {
        package var endpoint: String
        package var region: String
        package var groups: [String]
        package var prefixList: String
        /// May do what the shipped policy allows; anyone allowed `sts:AssumeRole` may assume it.
        package var roleARN: String
        /// A user with the shipped policy.
        package var drawbridge: Keys
        /// A user who may only describe.
        package var reader: Keys
        /// A user who may only assume roles.
        package var assumer: Keys
        /// The code that an action outside the shipped policy got.
        package var outsideThePolicy: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let world: World
    private let process: Process
    private let input: Pipe

    private init(world: World, process: Process, input: Pipe) {
        self.world = world
        self.process = process
        self.input = input
    }

    /// Starts one, and returns once it is ready.
    ///
    /// - Parameter groups: how many empty security groups it has.
    package static func start(groups: Int) async throws -> MotoProcess {
        guard let python = Python.executable else { throw Failure(description: Python.isMissing) }
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = python
        process.arguments = [
            Repository.file("Tests/Peers/moto_server.py").path, Repository.file("policies/aws-permissions.json").path, String(groups),
        ]
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        do {
            let line = try await firstLine(output.fileHandleForReading)
            return MotoProcess(world: try JSONDecoder().decode(World.self, from: line), process: process, input: input)
        } catch {
            process.terminate()
            throw error
        }
    }

    package func stop() {
        try? input.fileHandleForWriting.close()
        process.terminate()
    }

    /// The line that says that all is ready; reads on a thread of its own, so that no test's thread waits.
    private static func firstLine(_ handle: FileHandle) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var line = Data()
                while true {
                    let piece = handle.availableData
                    if piece.isEmpty { return continuation.resume(throwing: Failure(description: "moto ended before it was ready")) }
                    line.append(piece)
                    if line.last == 0x0A { return continuation.resume(returning: line) }
                }
            }
        }
    }
}

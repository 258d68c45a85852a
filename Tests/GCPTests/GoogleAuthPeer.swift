import Foundation
import Peers

/// google-auth, asked what it sends for credential files.
enum GoogleAuthPeer {
    struct Request: Decodable {
        var method: String
        var url: String
        var headers: [String: String]
        var body: String
    }

    struct Outcome: Decodable {
        var requests: [Request]?
        var token: String?
        var quota: String?
        var refused: String?
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// A Python may be there from before google-auth was one of the peers.
    static let isThere: Bool = {
        guard Python.executable != nil else { return false }
        return (try? run(["-c", "import google.auth"])) != nil
    }()
    static let isMissing = "\(Python.isMissing) (google-auth)"

    static func outcomes(_ paths: [String]) throws -> [Outcome] {
        let data = try run([Repository.file("Tests/GCPTests/Peers/google_auth_requests.py").path] + paths)
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Outcome.self, from: $0) }
    }

    private static func run(_ arguments: [String]) throws -> Data {
        guard let python = Python.executable else { throw Failure(description: Python.isMissing) }
        let process = Process()
        process.executableURL = python
        process.arguments = arguments
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "Python ended with \(process.terminationStatus)") }
        return data
    }
}

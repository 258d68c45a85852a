import Foundation
import Peers

/// botocore, asked for signed requests through a script.
enum BotocorePeer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func vectors(seed: Int, count: Int) throws -> [BotocoreVector] {
        guard let python = Python.executable else { throw Failure(description: Python.isMissing) }
        let process = Process()
        process.executableURL = python
        process.arguments = [Repository.file("Tests/SigV4Tests/Peers/botocore_vectors.py").path, String(seed), String(count)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "the script ended with \(process.terminationStatus)")
        }
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(BotocoreVector.self, from: $0) }
    }
}

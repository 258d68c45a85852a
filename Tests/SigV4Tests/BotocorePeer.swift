import Foundation

/// botocore, asked for signed requests through a script.
enum BotocorePeer {
    /// A Python that has botocore: the one named by `DRAWBRIDGE_TEST_PYTHON`, else that of `.venv` under the package root.
    static let python: String? = {
        if let named = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_PYTHON"] { return named }
        let inVenv = folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".venv/bin/python")
            .path
        return FileManager.default.isExecutableFile(atPath: inVenv) ? inVenv : nil
    }()

    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func vectors(seed: Int, count: Int) throws -> [BotocoreVector] {
        guard let python else { throw Failure(description: "no Python with botocore") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [folder.appendingPathComponent("Peers/botocore_vectors.py").path, String(seed), String(count)]
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

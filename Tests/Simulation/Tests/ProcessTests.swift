import Foundation
import Simulation
import Testing

/// The order of a Dictionary is another in each process: what depends on it shows between two of them, and never within one.
struct ProcessTests {
    /// Next to the program that runs the tests.
    private static let program: URL? = {
        let folders = [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()]
        return folders.map { $0.appendingPathComponent("simulate") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    @Test(.enabled(if: program != nil, "the program simulate was not built"))
    func `fifty seeds give the same runs in two processes, to the letter`() throws {
        let program = try #require(Self.program)
        let both = try (0..<2).map { _ in
            let (process, pipe) = (Process(), Pipe())
            process.executableURL = program
            process.arguments = ["--seeds", "0..<50", "--fingerprints"]
            process.standardOutput = pipe
            try process.run()
            return (process, pipe)
        }
        let outputs = try both.map { process, pipe in
            let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return text.split(separator: "\n").map(String.init)
        }
        #expect(outputs[0].count == 50)
        #expect(Set(outputs[0].map { $0.split(separator: ":").last ?? "" }).count == 50)
        #expect(outputs[0] == outputs[1])
        #expect(outputs[0].first == RunResult.fingerprint(seed: 0))
    }
}

import Foundation
import Testing

/// Replays the fuzzer's seeds and all that it ever found.
@Suite struct FuzzRegressionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    private static func inputs(_ kind: String, _ driver: FuzzDriver) throws -> [URL] {
        let folder = folder.appendingPathComponent(kind).appendingPathComponent(driver.rawValue)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") }.sorted { $0.path < $1.path }
    }

    private static func replay(_ files: [URL], _ driver: FuzzDriver) async throws {
        for file in files {
            let input = [UInt8](try Data(contentsOf: file))
            do {
                try await driver.run(input)
            } catch {
                Issue.record("\(driver) over \(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test(arguments: FuzzDriver.allCases)
    func `every driver has seeds, and all that must hold does for them`(_ driver: FuzzDriver) async throws {
        let files = try Self.inputs("Corpus", driver)
        #expect(!files.isEmpty, "a fuzzer without seeds finds nothing")
        try await Self.replay(files, driver)
    }

    @Test(arguments: FuzzDriver.allCases)
    func `what the fuzzer found stays mended`(_ driver: FuzzDriver) async throws {
        try await Self.replay(try Self.inputs("Regressions", driver), driver)
    }

    /// Cut off anywhere, as by a connection that breaks.
    @Test(arguments: FuzzDriver.allCases)
    func `all that must hold does for every beginning of a seed`(_ driver: FuzzDriver) async throws {
        for file in try Self.inputs("Corpus", driver) {
            let input = [UInt8](try Data(contentsOf: file))
            let step = max(1, input.count / 40)
            for length in stride(from: 0, to: input.count, by: step) {
                do {
                    try await driver.run(Array(input.prefix(length)))
                } catch {
                    Issue.record("\(driver) over the first \(length) bytes of \(file.lastPathComponent): \(error)")
                }
            }
        }
    }
}

import Foundation
import Peers

/// Files beside the tests.
enum Golden {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let folder = tests.appendingPathComponent("Golden")
    static let policies = Repository.file("policies")

    /// The names of the broken policy files, without `.yaml`.
    static let broken: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
    }()

    static let isRecording = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    static func bytes(_ name: String, in folder: URL = Golden.folder) throws -> [UInt8] {
        // Not Data(contentsOf:), which leaks its buffer for an empty file.
        let file = try FileHandle(forReadingFrom: folder.appendingPathComponent(name))
        defer { try? file.close() }
        return [UInt8](try file.readToEnd() ?? Data())
    }

    /// The text of a golden file; with `UPDATE_GOLDEN=1` it is written first.
    static func expected(_ name: String, recording text: String) throws -> String {
        let file = folder.appendingPathComponent(name)
        if isRecording { try Data(text.utf8).write(to: file) }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}

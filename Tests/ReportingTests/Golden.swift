import Foundation

/// Files beside the tests.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    static let isRecording = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    /// The text of a golden file; with `UPDATE_GOLDEN=1` it is written first.
    static func expected(_ name: String, recording text: String) throws -> String {
        let file = folder.appendingPathComponent(name)
        if isRecording { try Data(text.utf8).write(to: file) }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}

import Foundation

/// The `drawbridge` that was built together with these tests; `DRAWBRIDGE_TEST_EXECUTABLE` names another, such as a release build to be
/// measured.
enum Executable {
    /// Beside the test bundle; else in the package's build directory.
    static let url: URL? = {
        if let given = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_EXECUTABLE"], !given.isEmpty {
            return URL(fileURLWithPath: given)
        }
        let arguments = CommandLine.arguments
        let near = arguments + zip(arguments, arguments.dropFirst()).filter { $0.0 == "--test-bundle-path" }.map(\.1)
        let folders = near.filter { $0.contains(".xctest") }.map { path in
            URL(fileURLWithPath: String(path[..<(path.range(of: ".xctest")?.lowerBound ?? path.endIndex)])).deletingLastPathComponent()
        }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates = folders + [Bundle.main.bundleURL] + ["debug", "release"].map { root.appendingPathComponent(".build/\($0)") }
        return candidates.map { $0.appendingPathComponent("drawbridge") }.first {
            FileManager.default.isExecutableFile(atPath: $0.path) && !$0.hasDirectoryPath
        }
    }()
}

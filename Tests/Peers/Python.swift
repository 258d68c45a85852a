package import Foundation

/// The Python whose packages the tests hold this code against: the one named by `DRAWBRIDGE_TEST_PYTHON`, else that of `.venv`, which
/// `make test` makes from `Tests/requirements.txt`.
package enum Python {
    /// `nil` where there is none: what needs it is skipped, and says so.
    package static let executable: URL? = {
        let named = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_PYTHON"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        if let named { return named }
        let made = Repository.file(".venv/bin/python")
        return FileManager.default.isExecutableFile(atPath: made.path) ? made : nil
    }()

    /// Why a test that needs it is skipped.
    package static let isMissing = "there is no Python with the tests' peers: run make test, or set DRAWBRIDGE_TEST_PYTHON"

    /// A program that one of its packages brings, beside it.
    package static func program(_ name: String) -> URL? {
        guard let path = executable?.deletingLastPathComponent().appendingPathComponent(name) else { return nil }
        return FileManager.default.isExecutableFile(atPath: path.path) ? path : nil
    }
}

import Foundation

/// The real kubectl, pointed at one server, with a home of its own.
struct Kubectl {
    /// The program on PATH; `nil` where there is none, and then the tests with it are skipped.
    static let program: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(fileURLWithPath: String($0)).appendingPathComponent("kubectl") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    let home: URL

    init(port: Int) throws {
        home = FileManager.default.temporaryDirectory.appendingPathComponent("kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let configuration = """
            {"apiVersion": "v1", "kind": "Config", "current-context": "c",
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:\(port)"}}],
             "users": [{"name": "u", "user": {}}],
             "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}
            """
        try configuration.write(to: home.appendingPathComponent("config"), atomically: true, encoding: .utf8)
    }

    func write(_ text: String, to name: String) throws -> String {
        let file = home.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    /// Runs to the end; one that takes longer than the limit is ended.
    func callAsFunction(_ arguments: String..., limit: TimeInterval = 60) async throws -> Outcome {
        let process = makeProcess(arguments)
        let (output, errors) = (home.appendingPathComponent("out-\(UUID())"), home.appendingPathComponent("err-\(UUID())"))
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try await end(of: process, limit: limit)
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Starts one that goes on until it is terminated, and gives its lines as they come.
    func start(_ arguments: String...) throws -> (process: Process, lines: AsyncStream<String>) {
        let process = makeProcess(arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let pending = Pending()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return line.finish()
            }
            for text in pending.lines(adding: data) { line.yield(text) }
        }
        try process.run()
        // No test waits for ever on a line that does not come.
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { if process.isRunning { process.terminate() } }
        return (process, lines)
    }

    private func makeProcess(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Kubectl.program
        process.arguments = arguments
        process.environment = [
            "HOME": home.path, "KUBECONFIG": home.appendingPathComponent("config").path,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private func end(of process: Process, limit: TimeInterval) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                DispatchQueue.global().asyncAfter(deadline: .now() + limit) { if process.isRunning { process.terminate() } }
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }

    /// What came after the last line break; touched by the pipe's handler only.
    private final class Pending: @unchecked Sendable {
        private var data = Data()

        func lines(adding more: Data) -> [String] {
            data += more
            var lines: [String] = []
            while let end = data.firstIndex(of: 0x0A) {
                lines.append(String(decoding: data[data.startIndex..<end], as: UTF8.self))
                data = Data(data[data.index(after: end)...])
            }
            return lines
        }
    }
}

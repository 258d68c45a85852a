import Foundation
import Model
import Sandbox

/// The embedded clouds, served on the real clock for as long as a body runs, with the variables that point clients at them.
struct ServedClouds {
    let servers: SandboxServers
    let scenario: SandboxScenario
    let environment: [String: String]
    let directory: URL
    let runtime: Runtime

    static func run(
        _ change: (inout SandboxScenario) -> Void = { _ in }, _ body: (ServedClouds) async throws -> Void
    ) async throws {
        var scenario = SandboxScenario()
        scenario.compute.addAccessConfig = .milliseconds(20)
        scenario.compute.deleteAccessConfig = .milliseconds(20)
        change(&scenario)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let runtime = realRuntime
        let servers = try await SandboxServers.start(scenario.world(now: runtime.now().wall), runtime: runtime)
        do {
            let environment = try servers.environment(scenario, directory: directory.path)
            try await body(
                ServedClouds(
                    servers: servers, scenario: scenario, environment: environment, directory: directory, runtime: runtime))
        } catch {
            await servers.stop()
            throw error
        }
        await servers.stop()
    }

    private static let origin = ContinuousClock.now

    static var realRuntime: Runtime {
        Runtime(
            now: {
                Moment(
                    instant: Instant(sinceOrigin: ContinuousClock.now - origin),
                    wall: Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
            }, random: { UInt64.random(in: .min ... .max) },
            sleep: { duration throws(CancellationError) in
                do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
            })
    }

    /// Runs a program of PATH to its end with the variables set.
    func program(_ name: String, _ arguments: String..., adding more: [String: String] = [:]) async throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        process.executableURL = Self.path(of: name)
        process.arguments = arguments
        process.environment = environment.merging(more) { $1 }.merging([
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": directory.path,
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_PAGER": "", "CLOUDSDK_CORE_DISABLE_PROMPTS": "1", "CLOUDSDK_CONFIG": directory.appendingPathComponent("gcloud").path,
        ]) { first, _ in first }
        let file = directory.appendingPathComponent("output-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                DispatchQueue.global().asyncAfter(deadline: .now() + 90) { if process.isRunning { process.terminate() } }
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return (process.terminationStatus, try String(contentsOf: file, encoding: .utf8))
    }

    static func path(of name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

import Model
import Sandbox
import UnixSignals

/// `drawbridge demo --serve`: the embedded clouds for any client, until interrupted.
struct DemoServer {
    let scenario: SandboxScenario
    let directory: String?

    func run() async throws {
        let runtime = Runtime.system
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let directory = try DemoDirectory(directory, suffix: String(runtime.uuid().prefix(8)))
        defer { directory.remove() }
        let servers = try await SandboxServers.start(scenario.world(now: runtime.now().wall), runtime: runtime)
        var environment = try servers.environment(scenario, directory: directory.path)
        environment["DRAWBRIDGE_DEMO_DIRECTORY"] = directory.path
        let lines = environment.sorted { $0.key < $1.key }.map { "export \($0.key)=\(Self.quoted($0.value))\n" }.joined()
        Console.report("# The embedded clouds are up until this process ends. Point a shell at them with these lines:\n" + lines)
        for await _ in signals { break }
        await servers.stop()
    }

    /// For a POSIX shell.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

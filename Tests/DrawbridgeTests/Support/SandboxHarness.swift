import Foundation
import Locking
import Model
import Sandbox
import Testing

/// The embedded clouds in this process, and `drawbridge` processes pointed at them by the usual variables. The world is the judge: its
/// truth, its log of calls.
struct SandboxHarness: Sendable {
    let servers: SandboxServers
    let scenario: SandboxScenario
    let environment: [String: String]
    let directory: URL
    let chronicle: WorldChronicle?
    private let launched = Locked<[Launched]>([])

    var box: WorldBox { servers.box }
    var world: World { box.snapshot }
    var policy: String { directory.appendingPathComponent("policy.yaml").path }

    /// - Parameters:
    ///   - shape: the situation to start from; access-config operations take 30 ms unless it says otherwise.
    ///   - prepare: what else is so in the world before anything is served.
    ///   - wallOffset: how far the clouds' clock is from this machine's.
    ///   - isWatched: whether a chronicle judges every step.
    ///   - slots: how many such worlds run at a time.
    static func run(
        _ shape: (inout SandboxScenario) -> Void = { _ in }, prepare: (inout World, SandboxScenario, Timestamp) -> Void = { _, _, _ in },
        wallOffset: Duration = .zero, isWatched: Bool = false, slots: Slots = .worlds, _ body: (SandboxHarness) async throws -> Void
    ) async throws {
        await slots.take()
        defer { Task { await slots.giveBack() } }
        var scenario = SandboxScenario()
        scenario.compute.addAccessConfig = .milliseconds(30)
        scenario.compute.deleteAccessConfig = .milliseconds(30)
        shape(&scenario)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("drawbridge-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let runtime = clock(offset: wallOffset)
        var world = scenario.world(now: runtime.now().wall)
        world.calls.capacity = 20_000
        prepare(&world, scenario, runtime.now().wall)
        let chronicle = isWatched ? WorldChronicle(scenario, world, now: runtime.now().wall) : nil
        let servers = try await SandboxServers.start(world, runtime: runtime) { world, now in chronicle?.look(world, now) }
        var environment = try servers.environment(scenario, directory: directory.path)
        environment.merge([
            "PATH": "/usr/bin:/bin", "HOME": directory.path, "POD_NAME": "drawbridge-0", "AWS_EC2_METADATA_DISABLED": "true",
        ]) { $1 }
        let harness = SandboxHarness(
            servers: servers, scenario: scenario, environment: environment, directory: directory, chronicle: chronicle)
        let result: Result<Void, any Error>
        do { result = .success(try await body(harness)) } catch { result = .failure(error) }
        for process in harness.launched.withLock({ $0 }) { await process.end() }
        await servers.stop()
        try result.get()
    }

    private static let origin = ContinuousClock.now

    private static func clock(offset: Duration) -> Runtime {
        let milliseconds = offset.components.seconds * 1000
        return Runtime(
            now: {
                Moment(
                    instant: Instant(sinceOrigin: ContinuousClock.now - origin),
                    wall: Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000) + milliseconds))
            }, random: { UInt64.random(in: .min ... .max) },
            sleep: { duration throws(CancellationError) in
                do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
            })
    }

    /// Does something to the world that the tool has not done.
    @discardableResult
    func byHand<Result>(_ body: (inout World, Timestamp) -> Result) -> Result {
        box.step { world, now in
            chronicle?.hand()
            return body(&world, now)
        }
    }

    // MARK: Processes

    func launch(_ arguments: [String], adding more: [String: String] = [:], terminal: Terminal? = nil) throws -> Launched {
        let program = try #require(Executable.url, "drawbridge is not built beside these tests")
        let process = try Launched(
            program, arguments, environment: environment.merging(more) { $1 }, directory: directory, terminal: terminal)
        launched.withLock { $0.append(process) }
        return process
    }

    /// A shell script whose `$0` is the program.
    func shell(_ script: String, _ arguments: String...) throws -> Launched {
        let program = try #require(Executable.url, "drawbridge is not built beside these tests")
        let process = try Launched(
            URL(fileURLWithPath: "/bin/sh"), ["-c", script, program.path] + arguments, environment: environment, directory: directory)
        launched.withLock { $0.append(process) }
        return process
    }

    /// Starts the controller on the world's policy; it serves nothing unless told where.
    func controller(_ arguments: String..., adding more: [String: String] = [:]) throws -> Launched {
        let listen = arguments.contains("--listen") ? [] : ["--listen", "off"]
        return try launch(["run", "--policy", policy] + listen + arguments, adding: more)
    }

    func drawbridge(_ arguments: String..., adding more: [String: String] = [:], within limit: Duration = .seconds(60)) async throws
        -> Launched.Ended
    {
        try await launch(arguments, adding: more).ended(within: limit)
    }

    // MARK: The policy

    /// Puts `change` of the policy in the policy's place, from one moment to the next.
    func editPolicy(_ change: (String) -> String) throws {
        let url = URL(fileURLWithPath: policy)
        try Data(change(try String(contentsOf: url, encoding: .utf8)).utf8).write(to: url, options: .atomic)
    }

    /// Adds a line at the level of `spec`'s keys.
    func addToSpec(_ line: String) throws { try editPolicy { $0 + "  \(line)\n" } }

    // MARK: The world's judgement

    /// Waits until the world says that there is nothing left to do.
    func closes(within limit: Duration = .seconds(120), every pause: Duration = .milliseconds(5), of process: Launched? = nil) async throws
    {
        try await poll(within: limit, every: pause) {
            let problems = box.step { world, _ in world.openMatters(scenario) }
            guard let first = problems.first else { return nil }
            return "\(problems.count) matters are open, first: \(first)\n\(process?.errors ?? "")"
        }
    }

    func eventually(_ what: String, within limit: Duration = .seconds(120), of process: Launched? = nil, _ condition: (World) -> Bool)
        async throws
    {
        try await poll(within: limit) { box.step { world, _ in condition(world) } ? nil : "not so: \(what)\n\(process?.errors ?? "")" }
    }

    /// Takes a fresh look whenever the world allows it, for as long as the body runs; what it finds wrong is returned, each thing once.
    func watching(_ look: @escaping @Sendable (World) -> [String], during body: () async throws -> Void) async throws -> [String] {
        let found = Locked<[String]>([])
        let box = box
        let watcher = Task {
            while !Task.isCancelled {
                let problems = box.step { world, _ in look(world) }
                found.withLock { for problem in problems where !$0.contains(problem) { $0.append(problem) } }
                try? await Task.sleep(for: .milliseconds(2))
            }
        }
        defer { watcher.cancel() }
        try await body()
        return found.withLock { $0 }
    }
}

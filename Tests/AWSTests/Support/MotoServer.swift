import Foundation
import HTTP
import Model
import Testing

@testable import AWS

/// A moto server of this test process: EC2, IAM and STS on a free port of the loopback, with signatures and IAM policies
/// enforced after its set-up.
///
/// It needs a Python with `moto[server]`: `DRAWBRIDGE_TEST_PYTHON`, else `.venv/bin/python` under the package's root (`make
/// test` makes it). Use it as a suite's trait, `@Suite(.serialized, .moto(groups: 8))`; within, `MotoServer.current` is the one
/// server of that suite.
struct MotoServer: Sendable {
    struct Keys: Decodable, Sendable {
        var accessKeyID: String
        var secretAccessKey: String
    }

    /// What `Peers/moto_server.py` made.
    struct World: Decodable, Sendable {
        var endpoint: String
        var region: String
        var groups: [String]
        var prefixList: String
        /// May do what the shipped policy allows; anyone allowed `sts:AssumeRole` may assume it.
        var roleARN: String
        /// A user with the shipped policy.
        var drawbridge: Keys
        /// A user who may only describe.
        var reader: Keys
        /// A user who may only assume roles.
        var assumer: Keys
        /// The code that an action outside the shipped policy got.
        var outsideThePolicy: String
    }

    @TaskLocal static var current: MotoServer!

    let world: World
    let transport: any HTTPTransport

    static let packageRoot = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Python to run peers with; `nil` where there is none.
    static let python: String? = {
        if let given = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_PYTHON"], !given.isEmpty { return given }
        let path = packageRoot.appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    func group(_ index: Int) -> SecurityGroupReference {
        SecurityGroupReference(id: world.groups[index], region: world.region)
    }

    var environment: [String: String] { ["AWS_ENDPOINT_URL": world.endpoint] }

    /// Turns the enforcement of signatures and policies on or off.
    func enforce(_ on: Bool) async throws {
        let request = HTTPRequest(
            "POST", "\(world.endpoint)/moto-api/reset-auth", headers: ["Content-Type": "text/plain"],
            body: Array((on ? "0" : "inf").utf8),
            limits: HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 1 << 16))
        let response = try await transport.send(request)
        try #require(response.isSuccess)
    }

    /// Time as it is; no sleep is longer than 50 ms.
    static var runtime: Runtime {
        let origin = ContinuousClock.now
        return Runtime(
            now: {
                Moment(
                    instant: Instant(sinceOrigin: ContinuousClock.now - origin),
                    wall: Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
            },
            random: { UInt64.random(in: .min ... .max) },
            sleep: { duration throws(CancellationError) in
                do { try await Task.sleep(for: min(duration, .milliseconds(50))) } catch { throw CancellationError() }
            })
    }

    func connection(environment more: [String: String] = [:]) -> AWSConnection {
        AWSConnection(
            transport: transport, runtime: Self.runtime, environment: AWSEnvironment(environment.merging(more) { $1 }),
            skew: ClockSkew())
    }

    func provider(_ keys: Keys) -> FixedCredentials {
        FixedCredentials(
            AWSCredentials(
                accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey), sessionToken: nil, expiration: nil,
                source: "moto"))
    }

    func client(_ keys: Keys) throws -> EC2Client {
        try EC2Client(connection(), region: world.region, credentials: provider(keys))
    }
}

/// Starts the suite's server before its first test and ends it, by closing its standard input and by its process id, after the
/// last.
struct MotoServerTrait: SuiteTrait, TestScoping {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    var groups: Int

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard let python = MotoServer.python else { return try await function() }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            MotoServer.packageRoot.appendingPathComponent("Tests/AWSTests/Peers/moto_server.py").path,
            MotoServer.packageRoot.appendingPathComponent("policies/aws-permissions.json").path, String(groups),
        ]
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.terminate()
        }
        let world = try await Self.firstLine(output.fileHandleForReading)
        let transport = HTTPClient(
            HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "drawbridge-tests"))
        let server = MotoServer(world: try JSONDecoder().decode(MotoServer.World.self, from: world), transport: transport)
        try await MotoServer.$current.withValue(server) { try await function() }
        await transport.shutdown()
    }

    /// The line that says that all is ready; reads on a thread of its own, so that no test's thread waits.
    private static func firstLine(_ handle: FileHandle) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var line = Data()
                while true {
                    let piece = handle.availableData
                    if piece.isEmpty {
                        return continuation.resume(throwing: Failure(description: "moto ended before it was ready"))
                    }
                    line.append(piece)
                    if line.last == 0x0A { return continuation.resume(returning: line) }
                }
            }
        }
    }
}

extension Trait where Self == MotoServerTrait {
    /// One moto server for the suite, with as many empty security groups.
    static func moto(groups: Int) -> Self { MotoServerTrait(groups: groups) }
}

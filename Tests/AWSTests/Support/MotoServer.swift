import Foundation
import HTTP
import Model
import Peers
import Testing

@testable import AWS

/// The moto server of a suite, and clients for it. Use it as a suite's trait, `@Suite(.serialized, .moto(groups: 8))`; within,
/// `MotoServer.current` is the one server of that suite.
struct MotoServer: Sendable {
    @TaskLocal static var current: MotoServer!

    let world: MotoProcess.World
    let transport: any HTTPTransport

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

    func provider(_ keys: MotoProcess.Keys) -> FixedCredentials {
        FixedCredentials(
            AWSCredentials(
                accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey), sessionToken: nil, expiration: nil,
                source: "moto"))
    }

    func client(_ keys: MotoProcess.Keys) throws -> EC2Client {
        try EC2Client(connection(), region: world.region, credentials: provider(keys))
    }
}

/// Starts the suite's server before its first test and ends it, by closing its standard input and by its process id, after the
/// last.
struct MotoServerTrait: SuiteTrait, TestScoping {
    var groups: Int

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard Python.executable != nil else { return try await function() }
        let process = try await MotoProcess.start(groups: groups)
        defer { process.stop() }
        let transport = HTTPClient(
            HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "drawbridge-tests"))
        let server = MotoServer(world: process.world, transport: transport)
        try await MotoServer.$current.withValue(server) { try await function() }
        await transport.shutdown()
    }
}

extension Trait where Self == MotoServerTrait {
    /// One moto server for the suite, with as many empty security groups.
    static func moto(groups: Int) -> Self { MotoServerTrait(groups: groups) }
}

import Cryptography
package import Model

/// The embedded clouds, served: each API on its own free port of 127.0.0.1, in plain HTTP.
package final class SandboxServers: Sendable {
    package struct Endpoints: Hashable, Sendable {
        package var compute, metadata, oauth, ec2, sts, rds, kubernetes: String
    }

    package let box: WorldBox
    package let endpoints: Endpoints
    private let servers: [LoopbackServer]
    private let clock: Task<Void, Never>

    private init(box: WorldBox, endpoints: Endpoints, servers: [LoopbackServer], clock: Task<Void, Never>) {
        self.box = box
        self.endpoints = endpoints
        self.servers = servers
        self.clock = clock
    }

    /// Starts all servers; they listen when it returns.
    ///
    /// - Parameter observer: as `WorldBox` has it.
    package static func start(
        _ world: World, runtime: Runtime, observer: (@Sendable (World, Timestamp) -> Void)? = nil
    ) async throws -> SandboxServers {
        var world = world
        if world.google.identityKey == nil { world.google.identityKey = try RSAPrivateKey.generate(bits: 2048) }
        let box = WorldBox(world, runtime: runtime, observer: observer)
        let frontEnds: [any FrontEnd] = [
            ComputeFrontEnd(), MetadataFrontEnd(), OAuthFrontEnd(), EC2FrontEnd(), STSFrontEnd(), RDSFrontEnd(),
        ]
        var servers: [LoopbackServer] = []
        let date: @Sendable () -> Timestamp = { runtime.now().wall }
        do {
            for frontEnd in frontEnds { servers.append(try await .start(WireResponder(frontEnd: frontEnd, box: box), date: date)) }
            let api = KubernetesAPI(access: box, settings: KubernetesAPI.Settings(), runtime: runtime)
            servers.append(try await .start(KubernetesFrontEnd(api: api, box: box), date: date))
        } catch {
            for server in servers { await server.stop() }
            throw error
        }
        let urls = servers.map(\.url)
        let endpoints = Endpoints(
            compute: urls[0] + "/compute/v1/", metadata: urls[1], oauth: urls[2] + "/token", ec2: urls[3], sts: urls[4],
            rds: urls[5], kubernetes: urls[6])
        return SandboxServers(box: box, endpoints: endpoints, servers: servers, clock: Task { await box.keepAdvancing() })
    }

    /// Ends all servers and their connections.
    package func stop() async {
        clock.cancel()
        await clock.value
        await withTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { await server.stop() } }
        }
    }
}

import Foundation
import Locking
import Model
import Sandbox
import Testing

/// `drawbridge run` meets each fault of the wire at each kind of call: it says what it tried, on what, and what came back; it tears
/// nothing down on the strength of it; and once the fault is over the loop closes.
@Suite struct WireFaultTests {
    /// The station's world, and the process in it.
    private struct Scene {
        let harness: SandboxHarness
        let station: WireStation
        let tls: TLSServer?
        let isPatient: Bool
        var process: Launched
        var front: WireFront
        var callers: [String]

        init(_ harness: SandboxHarness, _ station: WireStation, isPatient: Bool, tls: TLSServer? = nil) throws {
            self.isPatient = isPatient
            self.harness = harness
            self.station = station
            self.tls = tls
            front = try WireFront(harness, caller: "p1", tls: tls)
            callers = ["p1"]
            process = try Self.start(harness, station, front, isPatient: isPatient)
        }

        private static func start(_ harness: SandboxHarness, _ station: WireStation, _ front: WireFront, isPatient: Bool) throws -> Launched
        {
            // Worlds that mostly wait are many at a time: they shall not read all the time.
            try harness.controller(
                "--interval", isPatient ? "3s" : "1s", adding: front.environment.merging(station.variables(front, harness)) { $1 })
        }

        mutating func restart(_ faults: [WireFault]) async throws {
            await process.end()
            front.close()
            let caller = "p\(callers.count + 1)"
            callers.append(caller)
            front = try WireFront(harness, caller: caller, tls: tls)
            front[station.api].set(faults)
            process = try Self.start(harness, station, front, isPatient: isPatient)
        }
    }

    private static func shape(_ scenario: inout SandboxScenario) {
        scenario.nodes = 2
        scenario.addresses = 4
        scenario.compute.deleteAccessConfig = .milliseconds(20)
        scenario.compute.addAccessConfig = .milliseconds(20)
    }

    private static func prepare(_ world: inout World, _ scenario: SandboxScenario, _ now: Timestamp) {
        world.settings.nodeJoinDelay = .milliseconds(20)
        world.settings.nodeAddressLag = .milliseconds(40)
        world.calls.capacity = 100_000
    }

    /// Something to do for every kind of call: a node to be bound, an address to be admitted, one to be revoked.
    private static func need(_ harness: SandboxHarness, round: Int, isForGroup: Bool, releases: Bool) {
        let scenario = harness.scenario
        harness.byHand { world, now in
            if let node = world.pool(scenario.pool).first { world.compute.replaceWithEphemeral(node.reference) }
            let reserved = world.reserved(scenario)
            if releases, reserved.count > 4, let free = reserved.last(where: { $0.users.isEmpty }) {
                world.releaseAddress(free.reference.name, in: scenario, now: now)
            }
            world.reserveAddress("egress-late-\(round)", in: scenario, now: now)
            guard isForGroup else { return }
            let traffic = Traffic(protocol: .tcp, fromPort: scenario.port, toPort: scenario.port)
            let stranger = EC2Rule(traffic: traffic, source: .cidr(CIDR(IPAddress(family: .v4, bits: 0xC633_6400 + UInt128(round)))))
            world.ec2.setInbound(world.inbound(scenario) + [stranger], of: scenario.group, now: now)
        }
    }

    /// One fault at one kind of call, in a world whose loop has closed; in the end it has closed again.
    private static func meet(_ kind: WireFault.Kind, _ scene: inout Scene, round: Int) async throws -> String {
        let (harness, station) = (scene.harness, scene.station)
        // A write that waits for ever is waited for again and again: once is enough to see what comes of it.
        let fault = WireFault(
            kind, kind.isTLS ? nil : station.operations, times: kind.isSlow && (station.isWrite || station.isQuiet) ? 1 : .max)
        let began = ContinuousClock.now
        var mark = 0
        if station.isAtStart {
            try await scene.restart([fault])
        } else {
            mark = scene.process.errors.count
            scene.front[station.api].set([fault])
            // From its next pass on the process knows no better than the fault lets it.
            if station.isReading { try await met(scene, kind) }
        }
        let before = try #require(harness.chronicle).deeds
        let rules = harness.world.inbound(harness.scenario)
        if station.isForEmptyGroup {
            harness.byHand { world, now in world.ec2.setInbound([], of: harness.scenario.group, now: now) }
            try await met(scene, kind)
        }
        // Without the nodes a confirmed release is revoked all the same: GCE's own word is enough.
        need(harness, round: round, isForGroup: !station.isForEmptyGroup, releases: !station.isReading || station.api != .kubernetes)
        try await met(scene, kind)
        let mayBeSilent =
            station.isQuiet || kind == .staleConnection || (station.isWrite && (kind.letsThrough || kind.isSlow))
            || (station.isStream && (kind.isSlow || kind == .lostAnswer))
        var said: String?
        try await poll(within: .seconds(200), every: .milliseconds(50)) {
            said = line(scene.process.errors.dropFirst(mark), station, kind)
            if said != nil { return nil }
            if mayBeSilent, harness.box.step({ world, _ in world.openMatters(harness.scenario).isEmpty }) { return nil }
            return "nothing said of \(kind) at \(station.name):\n\(scene.process.errors.dropFirst(mark))"
        }
        if station.isReading {
            let after = try #require(harness.chronicle).deeds
            #expect(after.revoked == before.revoked || kind == .staleConnection, "revoked in spite of \(kind) at \(station.name)")
            if station.api != .ec2 && station.api != .sts {
                #expect(after.detached == before.detached || kind == .staleConnection, "detached in spite of \(kind) at \(station.name)")
            }
        }
        let told = ContinuousClock.now
        if station.isForEmptyGroup {
            #expect(harness.world.inbound(harness.scenario).isEmpty, "a group that may not exist was written to")
            harness.byHand { world, now in world.ec2.setInbound(rules, of: harness.scenario.group, now: now) }
        }
        scene.front.clear()
        try await harness.closes(within: .seconds(150), every: .milliseconds(50), of: scene.process)
        #expect(scene.process.isRunning)
        #expect(scene.front.strays == 0, "a redirect was followed from \(station.name)")
        let times =
            "\((told - began).formatted(.units(fractionalPart: .show(length: 1)))) + \((ContinuousClock.now - told).formatted(.units(fractionalPart: .show(length: 1))))"
        return "WIRE \(station.name) × \(kind): \(times): \(said ?? "(nothing to say: it closed all the same)")"
    }

    private static func met(_ scene: Scene, _ kind: WireFault.Kind) async throws {
        let proxy = scene.front[scene.station.api]
        try await poll(within: .seconds(60), every: .milliseconds(10)) {
            proxy.hits > 0 ? nil : "\(kind) at \(scene.station.name) was never met:\n\(scene.process.errors)"
        }
    }

    /// The line that tells of it.
    private static func line(_ log: Substring, _ station: WireStation, _ kind: WireFault.Kind) -> String? {
        log.split(separator: "\n").first { line in
            // The limit of a whole reading is told in its own words.
            (station.words.allSatisfy { line.contains($0) } || line.contains("no answer within"))
                && kind.words.contains { line.contains($0) }
        }.map(String.init)
    }

    private static func play(_ kinds: [WireFault.Kind], at station: WireStation, slots: Slots, tls: Bool = false) async throws {
        try await SandboxHarness.run(shape, prepare: prepare, isWatched: true, slots: slots) { harness in
            try harness.editPolicy { station.policy($0, harness.scenario) }
            var scene = try Scene(
                harness, station, isPatient: slots === Slots.idle, tls: tls ? try TLSServer(directory: harness.directory) : nil)
            defer { scene.front.close() }
            try await harness.closes(of: scene.process)
            for (round, kind) in kinds.enumerated() where kind != .staleConnection || station.reusesConnections {
                print(try await meet(kind, &scene, round: round + 1))
            }
            let violations = try #require(harness.chronicle).violations
            #expect(violations.isEmpty, "\(station.name): \(violations)")
            let audit = WorldChronicle.audit(harness.world, callers: scene.callers)
            #expect(audit.isEmpty, "\(station.name): \(audit)")
        }
    }

    /// All at a time, as far as there are slots; what fails is reported by its own name.
    private static func playAll(_ kinds: [WireFault.Kind], at stations: [WireStation], slots: Slots, tls: Bool = false) async {
        await withTaskGroup(of: Void.self) { tasks in
            for station in stations {
                for some in station.isCostly ? kinds.map({ [$0] }) : [kinds] {
                    tasks.addTask {
                        do {
                            try await play(some, at: station, slots: station.isCostly ? .idle : slots, tls: tls)
                        } catch {
                            Issue.record("\(station.name): \(error)")
                        }
                    }
                }
            }
        }
    }

    private static let quick = WireFault.Kind.allCases.filter { !$0.isTLS && !$0.isSlow }
    private static let slow = WireFault.Kind.allCases.filter(\.isSlow)

    private static let apis: [SandboxAPI] = [.compute, .kubernetes, .ec2, .sts, .metadata, .oauth]

    @Test(arguments: apis)
    func `what a call meets on the wire is said, tears nothing down, and is over when it is over`(_ api: SandboxAPI) async {
        await Self.playAll(Self.quick, at: WireStation.all.filter { $0.api == api }, slots: .faults)
    }

    @Test func `a server that is slow or silent for ever holds up one call, for so long`() async {
        await withTaskGroup(of: Void.self) { tasks in
            for kind in Self.slow { tasks.addTask { await Self.playAll([kind], at: WireStation.all, slots: .idle) } }
        }
    }

    @Test(.enabled(if: TLSServer.isThere, "needs libssl.so.3 and openssl"))
    func `a TLS that fails is said, and nothing is sent through it`() async {
        let stations = WireStation.all.filter {
            ["addresses.list", "DescribeSecurityGroupRules", "AssumeRole", "AssumeRoleWithWebIdentity", "nodes.list", "jwt-bearer"]
                .contains($0.operations.first)
        }
        await Self.playAll(WireFault.Kind.allCases.filter(\.isTLS), at: stations, slots: .faults, tls: true)
    }
}

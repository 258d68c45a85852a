import Foundation
import Locking
import Model
import Sandbox
import Testing

/// Killed with SIGKILL at random moments and started again, with faults on the wire and a world that does not stand still, the loop
/// closes each time.
///
/// `DRAWBRIDGE_KILL_SEED=N swift test --filter KillTests` plays one seed's choices again; what the processes make of them depends on the
/// machine's timing too.
@Suite struct KillTests {
    private static let seeds: [UInt64] = {
        if let given = ProcessInfo.processInfo.environment["DRAWBRIDGE_KILL_SEED"], let seed = UInt64(given) { return [seed] }
        return Array(1...8)
    }()

    /// So often the loop has to close in each world; a kill before it has closed comes on top.
    private static let closings = 26

    /// Faults that end by themselves, on whatever calls come.
    private static func faults(_ random: inout Disturbance) -> [(SandboxAPI, WireFault)] {
        let kinds: [WireFault.Kind] = [
            .reset, .lostAnswer, .halfAnswer, .staleConnection, .garbage, .unavailable, .gatewayTimeout, .tooMany, .redirect, .silence,
        ]
        let apis: [SandboxAPI] = [.compute, .compute, .ec2, .ec2, .kubernetes, .kubernetes, .metadata]
        return (0..<random.below(4)).map { _ in
            (
                apis[random.below(apis.count)],
                WireFault(kinds[random.below(kinds.count)], times: 1 + random.below(3), skip: random.below(12))
            )
        }
    }

    private static func shape(_ scenario: inout SandboxScenario, _ seed: UInt64) {
        scenario.seed = seed
        scenario.nodes = 3
        scenario.addresses = 6
        scenario.compute.deleteAccessConfig = .milliseconds(90)
        scenario.compute.addAccessConfig = .milliseconds(90)
        scenario.compute.addressReleaseLag = .milliseconds(30)
    }

    private static func prepare(_ world: inout World, _ scenario: SandboxScenario, _ now: Timestamp) {
        world.settings.nodeJoinDelay = .milliseconds(20)
        world.settings.nodeAddressLag = .milliseconds(40)
        world.settings.nodeRemovalLag = .milliseconds(20)
        // A log that forgets could not be judged.
        world.calls.capacity = 100_000
    }

    /// One world's processes, one after the other.
    private struct Lives {
        let harness: SandboxHarness
        var callers: [String] = []
        var trace: [String] = []

        mutating func next() throws -> (process: Launched, front: WireFront) {
            let caller = "p\(callers.count + 1)"
            callers.append(caller)
            let front = try WireFront(harness, caller: caller)
            return (try harness.controller("--interval", "2s", adding: front.environment), front)
        }
    }

    @Test(arguments: seeds)
    func `killed at random moments it closes each time, and nothing was lost in between`(_ seed: UInt64) async throws {
        try await SandboxHarness.run({ Self.shape(&$0, seed) }, prepare: Self.prepare, isWatched: true, slots: .kills) { harness in
            let chronicle = try #require(harness.chronicle)
            var lives = Lives(harness: harness)
            var random = Disturbance(seed: seed &* 7919, harness.scenario, leastAddresses: 5)
            var (kills, closed, bare, claimed, running) = (0, 0, 0, 0, 0)
            do {
                while closed < Self.closings {
                    let (process, front) = try lives.next()
                    defer { front.close() }
                    let isEarly = random.below(4) == 0
                    if !isEarly {
                        try await harness.closes(within: .seconds(420), every: .milliseconds(15), of: process)
                        closed += 1
                        lives.trace.append("\(front.caller) closed it")
                    }
                    for (api, fault) in Self.faults(&random) {
                        front[api].set([fault])
                        lives.trace.append("\(front.caller) meets \(fault) at \(api)")
                    }
                    lives.trace += harness.byHand { world, now in random.act(&world, now) }
                    let (requests, patience) = (front.requests + 1 + random.below(32), ContinuousClock.now + .milliseconds(900))
                    while front.requests < requests, ContinuousClock.now < patience { try await Task.sleep(for: .milliseconds(2)) }
                    try await Task.sleep(for: .milliseconds(random.below(60)))
                    #expect(process.isRunning, "\(front.caller) ended by itself: \(process.errors)")
                    await process.end()
                    kills += 1
                    lives.trace.append("\(front.caller) is killed\(isEarly ? " while it took over" : "")")
                    #expect(front.strays == 0, "a redirect was followed")
                    let world = harness.world
                    let pool = world.pool(harness.scenario.pool)
                    if pool.contains(where: { $0.externalIP == nil }) { bare += 1 }
                    if pool.contains(where: { world.claim($0.reference.name) != nil }) { claimed += 1 }
                    if world.compute.operations.values.contains(where: { !$0.isDone }) { running += 1 }
                    try #require(chronicle.violations.isEmpty, "\(chronicle.violations)")
                }
                let (last, front) = try lives.next()
                defer { front.close() }
                try await harness.closes(within: .seconds(420), of: last)
            } catch {
                throw Launched.Failure(description: "DRAWBRIDGE_KILL_SEED=\(seed): \(error)\n\(lives.trace.joined(separator: "\n"))")
            }
            #expect(chronicle.violations.isEmpty, "\(chronicle.violations)")
            let audit = WorldChronicle.audit(harness.world, callers: lives.callers)
            #expect(audit.isEmpty, "\(audit)")
            #expect(claimed + running > 0, "no kill met a swap: the moments are not the ones to look at")
            // Whoever finds a machine without an address puts one on at once: what is between is a successor's start, and a fault.
            #expect(chronicle.longestBare < .seconds(120))
            let deeds = chronicle.deeds
            #expect(deeds.bound > 0 && deeds.detached > 0 && deeds.authorized > 0 && deeds.revoked > 0)
            print(
                "SIGKILL, seed \(seed): \(kills) kills, closed \(closed + 1) times; killed with a node bare \(bare), a claim standing \(claimed), an operation running "
                    + "\(running) times; \(deeds.bound) bound, \(deeds.detached) taken off, \(deeds.authorized) authorized, \(deeds.revoked) revoked; longest without an "
                    + "address \(chronicle.longestBare); \(harness.world.calls.recent.count) calls in the log")
        }
    }

    /// A moment of a swap, or of a group's work, as the world shows it.
    enum Moment: String, CaseIterable, Sendable {
        case claimed, detaching, detached, attaching, attached, authorized, revoked

        func isNow(_ world: World, _ scenario: SandboxScenario, since before: World) -> Bool {
            let pool = world.pool(scenario.pool)
            let running = world.compute.operations.values.filter { !$0.isDone }.map(\.type)
            let claimed = pool.filter { world.claim($0.reference.name) != nil }
            switch self {
            case .claimed: return !claimed.isEmpty
            case .detaching: return running.contains("deleteAccessConfig")
            case .detached: return pool.contains { $0.externalIP == nil }
            case .attaching: return running.contains("addAccessConfig")
            case .attached: return claimed.contains { node in world.reserved(scenario).contains { $0.ip == node.externalIP } }
            case .authorized:
                return world.calls.count(.ec2, "AuthorizeSecurityGroupIngress") > before.calls.count(.ec2, "AuthorizeSecurityGroupIngress")
            case .revoked: return world.revokes > before.revokes
            }
        }
    }

    /// One address more, one fewer that nobody has claimed, and the bound nodes are on ephemeral addresses again.
    private func disturb(_ harness: SandboxHarness, round: Int) {
        let scenario = harness.scenario
        harness.box.step { world, now in
            let claims = world.pool(scenario.pool).compactMap { world.claim($0.reference.name) }
            let free = world.reserved(scenario).last { address in
                address.users.isEmpty && !claims.contains { $0.contains(address.ip.description) }
            }
            world.reserveAddress("egress-late-\(round)", in: scenario, now: now)
            if let free { world.releaseAddress(free.reference.name, in: scenario, now: now) }
            for node in world.pool(scenario.pool) where node.externalIP != nil && world.claim(node.reference.name) == nil {
                world.compute.replaceWithEphemeral(node.reference)
            }
        }
    }

    @Test(arguments: Moment.allCases)
    func `killed three times at one and the same moment, its successor ends what was begun`(_ moment: Moment) async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 3
            scenario.addresses = 5
            scenario.compute.deleteAccessConfig = .milliseconds(60)
            scenario.compute.addAccessConfig = .milliseconds(60)
        } _: { harness in
            let scenario = harness.scenario
            let untouched = harness.world.externalIPs
            let violations = try await harness.watching {
                $0.violations(scenario, untouched: untouched)
            } during: {
                for round in 0..<3 {
                    let before = harness.world
                    let controller = try harness.controller()
                    try await poll(within: .seconds(90), every: .milliseconds(1)) {
                        harness.box.step { world, _ in moment.isNow(world, scenario, since: before) || world.openMatters(scenario).isEmpty }
                            ? nil : "never \(moment)\n\(controller.errors)"
                    }
                    await controller.end()
                    disturb(harness, round: round)
                }
                let last = try harness.controller()
                try await harness.closes(within: .seconds(420), of: last)
            }
            #expect(violations.isEmpty, "\(violations)")
        }
    }
}

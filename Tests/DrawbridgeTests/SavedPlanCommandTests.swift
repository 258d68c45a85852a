import Foundation
import Model
import Sandbox
import Testing

/// `plan --out` and `apply --plan` against the embedded clouds.
@Suite(.serialized) struct SavedPlanCommandTests {
    private func save(_ harness: SandboxHarness) async throws -> String {
        let path = harness.directory.appendingPathComponent("plan.json").path
        let ended = try await harness.drawbridge("plan", "--policy", harness.policy, "--out", path)
        #expect(ended.status == 0, "\(ended)")
        return path
    }

    private func apply(_ path: String, _ harness: SandboxHarness) async throws -> Launched.Ended {
        try await harness.drawbridge("apply", "--policy", harness.policy, "--yes", "--plan", path)
    }

    @Test func `what was saved is carried out, turn by turn`() async throws {
        try await SandboxHarness.run { harness in
            let path = try await save(harness)
            #expect(harness.world.writes == 0)
            let ended = try await apply(path, harness)
            #expect(ended.status == 0 && ended.output.contains("The plan is carried out, as read back."), "\(ended)")
            #expect(harness.world.openMatters(harness.scenario).isEmpty)
            let again = try await apply(path, harness)
            #expect(again.status == 1 && again.errors.contains("the world is not what it was computed from"), "\(again)")
        }
    }

    @Test func `a world that has changed since is left alone, and the change is named`() async throws {
        try await SandboxHarness.run { harness in
            let path = try await save(harness)
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            let ended = try await apply(path, harness)
            #expect(ended.status == 1 && ended.errors.contains("egress-late is new"), "\(ended)")
            #expect(harness.world.writes == 0)
        }
    }

    @Test func `what comes up while it is carried out is not part of it`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.compute.deleteAccessConfig = .milliseconds(300)
            scenario.compute.addAccessConfig = .milliseconds(300)
        } _: { harness in
            let path = try await save(harness)
            let running = try harness.launch(["apply", "--policy", harness.policy, "--yes", "--plan", path])
            try await harness.eventually("a node is without an address", of: running) { world in
                world.pool(harness.scenario.pool).contains { $0.externalIP == nil }
            }
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            let ended = try await running.ended()
            #expect(ended.status == 0, "\(ended)")
            let world = harness.world
            #expect(world.nodeMatters(harness.scenario).isEmpty)
            let late = try #require(world.reserved(harness.scenario).first { $0.reference.name == "egress-late" })
            #expect(!world.admits(late.ip, harness.scenario), "it waits for a plan of its own")
        }
    }

    @Test func `a file that was changed by hand is refused before anything is written`() async throws {
        try await SandboxHarness.run { harness in
            let path = try await save(harness)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacingOccurrences(of: "tcp/5432", with: "tcp/5433").write(toFile: path, atomically: true, encoding: .utf8)
            let ended = try await apply(path, harness)
            #expect(ended.status == 1 && ended.errors.contains("changed after it was written"), "\(ended)")
            #expect(harness.world.writes == 0)
        }
    }

    @Test func `a controller that holds the lease is not passed by`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            let path = try await save(harness)
            let writes = harness.world.writes
            let ended = try await apply(path, harness)
            #expect(ended.status == 1 && ended.output.contains("drawbridge-0 holds the lease"), "\(ended)")
            #expect(harness.world.writes == writes)
        }
    }

    @Test func `a plan of what could not be read is not saved`() async throws {
        try await SandboxHarness.run { harness in
            let path = harness.directory.appendingPathComponent("plan.json").path
            let ended = try await harness.drawbridge(
                "plan", "--policy", harness.policy, "--out", path, adding: ["AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9"])
            #expect(ended.status == 1 && ended.errors.contains("was not written"), "\(ended)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}

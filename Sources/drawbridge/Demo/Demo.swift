import Kubernetes
import Logging
import Model
import PolicyFile
import Reconciliation
import Reporting
import Sandbox

/// `drawbridge demo`: the real controller against the embedded clouds, and a world that does not stand still.
struct Demo {
    let scenario: SandboxScenario
    let surroundings: Surroundings
    let logger: Logger

    private let runtime = Runtime.system
    /// The embedded clouds are quick, so the resync is, too.
    private let interval = Duration.seconds(1)

    /// - Returns: whether the loop closed each time.
    func run() async throws -> Bool {
        let narrator = Narrator(surroundings: surroundings, runtime: runtime)
        defer { narrator.end() }
        let directory = try DemoDirectory(nil, suffix: String(runtime.uuid().prefix(8)))
        defer { directory.remove() }
        let servers = try await SandboxServers.start(scenario.world(now: runtime.now().wall), runtime: runtime)
        let closed = try await tell(narrator, servers, directory)
        await servers.stop()
        return closed
    }

    private func tell(_ narrator: Narrator, _ servers: SandboxServers, _ directory: DemoDirectory) async throws -> Bool {
        let endpoints = servers.endpoints
        narrator.title("Embedded clouds on loopback")
        narrator.block(
            "Compute Engine \(endpoints.compute)\nmetadata       \(endpoints.metadata)\nKubernetes     \(endpoints.kubernetes)\nEC2            \(endpoints.ec2)\nSTS            \(endpoints.sts)"
        )
        var inside = surroundings
        inside.variables = try servers.environment(scenario, directory: directory.path)
        inside.variables["POD_NAME"] = "drawbridge-0"
        let policies = try PolicyFile.load(path: directory.path + "/policy.yaml")
        let clouds = try Clouds(inside, runtime: runtime, logger: logger)

        narrator.title("Before: what `drawbridge plan` reports")
        for plan in await Survey.plans(policies, clouds: clouds, surroundings: inside, whitelistOnly: false) {
            narrator.block(PlanReport(plan).text(colored: surroundings.isOutputColored))
        }
        let verdict = DemoVerdict(scenario: scenario, world: servers.box.snapshot)
        let actors = DemoController(
            policies: policies, clouds: clouds, surroundings: inside, logger: logger, interval: interval, narrator: narrator)
        return await actors.run { await self.story(narrator, servers.box, verdict) }
    }

    private func story(_ narrator: Narrator, _ box: WorldBox, _ verdict: DemoVerdict) async -> Bool {
        narrator.title("`drawbridge run` closes the loop")
        narrator.say(.world, Leadership.proving)
        guard
            await settle(
                narrator, box, verdict, "every node of the pool holds a reserved address, and the group admits exactly the reserved set")
        else { return false }

        narrator.title("A spot node is preempted")
        let victim = box.step { world, now -> String? in
            guard let node = DemoVerdict.nodes(scenario.pool, world).first else { return nil }
            world.preempt(node.reference.name, replacementAfter: .milliseconds(700), now: now)
            return node.reference.name
        }
        narrator.say(.world, "\(victim ?? "no node") is gone; its replacement joins in a moment, on an address that nobody knows")
        guard await settle(narrator, box, verdict, "the replacement holds a reserved address; no rule had to change") else { return false }

        narrator.title("An address in use is released")
        let released = box.step { world, now -> String? in
            guard let held = DemoVerdict.nodes(scenario.pool, world).last?.externalIP,
                let address = world.compute.addresses.values.first(where: { $0.ip == held })
            else { return nil }
            world.releaseAddress(address.reference.name, in: scenario, now: now)
            return "\(address.reference.name) (\(held))"
        }
        narrator.say(
            .world, "\(released ?? "no address") is released: a stranger may get it at any moment; its node is on an ephemeral address")
        guard await settle(narrator, box, verdict, "the released address is no longer admitted, and its node holds another") else {
            return false
        }
        summarize(narrator, box)
        return true
    }

    /// Waits until the embedded clouds themselves show that the loop is closed.
    private func settle(_ narrator: Narrator, _ box: WorldBox, _ verdict: DemoVerdict, _ claim: String) async -> Bool {
        let deadline = runtime.now().instant + .seconds(15)
        var problems: [String] = []
        while runtime.now().instant < deadline {
            problems = verdict.problems(box.snapshot, poolSize: scenario.nodes)
            if problems.isEmpty {
                narrator.say(.checked, "the clouds themselves show: \(claim)")
                return true
            }
            narrator.status("  … \(problems.count) things to settle, first: \(problems[0])")
            do { try await runtime.sleep(.milliseconds(50)) } catch { break }
        }
        narrator.say(.warning, "the loop did not close:")
        for problem in problems { narrator.say(.warning, problem) }
        return false
    }

    private func summarize(_ narrator: Narrator, _ box: WorldBox) {
        narrator.title("What was called")
        let counts = box.snapshot.calls.counts.sorted { ("\($0.key.api)", $0.key.operation) < ("\($1.key.api)", $1.key.operation) }
        let width = counts.map { "\($0.key.api) \($0.key.operation)".count }.max() ?? 0
        narrator.block(
            counts.map { entry in
                let name = "\(entry.key.api) \(entry.key.operation)"
                return name + String(repeating: " ", count: width - name.count) + "  \(entry.value)"
            }.joined(separator: "\n"))
        narrator.title("The loop is closed, after \(narrator.elapsed.brief).")
    }
}

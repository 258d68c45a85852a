import Foundation
import HTTP
import Model
import Sandbox
import Testing

/// `drawbridge run`, one replica.
@Suite(.serialized) struct RunCommandTests {
    @Test func `the loop closes, SIGTERM ends it cleanly, and every address stays where it is`() async throws {
        try await SandboxHarness.run { harness in
            let untouched = harness.world.externalIPs
            let controller = try harness.controller()
            try await harness.closes(of: controller)
            #expect(harness.world.violations(harness.scenario, untouched: untouched).isEmpty)
            let before = harness.world
            #expect(before.leaseHolder() == "drawbridge-0")
            controller.send(SIGTERM)
            let ended = try await controller.ended(within: .seconds(10))
            #expect(ended.status == 0 && !ended.bySignal, "\(ended)")
            #expect(ended.errors.contains("\"message\":\"stopped\""))
            #expect(ended.errors.contains("there was no lease: it is held for 4s"), "a silence of four seconds is explained")
            let after = harness.world
            #expect(after.leaseHolder() == "")
            #expect(after.externalIPs == before.externalIPs && after.inbound(harness.scenario) == before.inbound(harness.scenario))
            #expect(after.openMatters(harness.scenario).isEmpty)
            for node in after.pool(harness.scenario.pool) {
                let bound = ended.errors.split(separator: "\n").filter {
                    $0.contains("StaticAddressBound") && $0.contains("\(node.reference.name) holds")
                }
                #expect(bound.count == 1, "a swap is done once: \(ended)")
            }
        }
    }

    @Test func `SIGTERM in the midst of swaps finishes them first`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.compute.deleteAccessConfig = .milliseconds(700)
            scenario.compute.addAccessConfig = .milliseconds(700)
        } _: { harness in
            let controller = try harness.controller()
            try await harness.eventually("a node is without an address", of: controller) { world in
                world.pool(harness.scenario.pool).contains { $0.externalIP == nil }
            }
            controller.send(SIGTERM)
            let ended = try await controller.ended(within: .seconds(20))
            #expect(ended.status == 0 && !ended.bySignal, "\(ended)")
            let world = harness.world
            #expect(world.pool(harness.scenario.pool).allSatisfy { $0.externalIP != nil })
            #expect(world.pool(harness.scenario.pool).allSatisfy { world.claim($0.reference.name) == nil }, "\(ended)")
        }
    }

    @Test func `a dry run writes nothing but its report, not even a lease`() async throws {
        try await SandboxHarness.run { harness in
            let before = harness.world
            let controller = try harness.controller("--dry-run", "--interval", "1s")
            try await harness.eventually("three passes are over", of: controller) {
                $0.calls.count(.ec2, "DescribeSecurityGroupRules") >= 3
            }
            try await poll(within: .seconds(5)) { controller.output.contains("Plan: ") ? nil : "no report" }
            controller.send(SIGTERM)
            let ended = try await controller.ended(within: .seconds(10))
            #expect(ended.status == 0, "\(ended)")
            let after = harness.world
            #expect(after.writes == 0 && after.leaseHolder() == nil)
            for node in after.pool(harness.scenario.pool).map(\.reference.name) { #expect(after.node(node) == before.node(node)) }
            #expect(ended.output.ranges(of: "Plan: ").count == 1, "an unchanged plan is printed once: \(ended)")
        }
    }

    @Test func `a policy from standard input is read once, and the controller goes on`() async throws {
        try await SandboxHarness.run { harness in
            let shell = try harness.shell("exec \"$0\" run --policy - --listen off --interval 1s < \"$1\"", harness.policy)
            try await harness.closes(of: shell)
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            try await harness.closes(of: shell)
            shell.send(SIGTERM)
            #expect(try await shell.ended(within: .seconds(10)).status == 0)
        }
    }

    @Test func `a changed policy file is taken over whole, and one that does not validate is refused`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            try harness.editPolicy { $0.replacingOccurrences(of: "port: 5432", with: "port: five") }
            let line = try await controller.says("PolicyRefused")
            #expect(line.contains("policy.yaml:") && line.contains("five"), "\(line)")
            // The old one stays at work.
            harness.box.step { world, now in _ = world.reserveAddress("egress-late", in: harness.scenario, now: now) }
            try await harness.closes(of: controller)

            try harness.editPolicy { $0.replacingOccurrences(of: "port: five", with: "fromPort: 5432, toPort: 5433") }
            try await controller.says("the policy file has changed")
            try await harness.eventually("the new port range is admitted", of: controller) { world in
                let blocks = Set(world.reserved(harness.scenario).map { SecurityGroupRule.Source.cidr(CIDR($0.ip)) })
                let wide = world.inbound(harness.scenario).filter { $0.traffic.toPort == 5433 }.map(\.source)
                return blocks.isSubset(of: wide)
            }
        }
    }

    @Test func `a policy that is changed while nothing can be put on a node goes on with its new text, after the grace period`()
        async throws
    {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 1
        } _: { harness in
            let denied = Fault(
                .compute, "instances.addAccessConfig", times: 10_000, .fail(status: 403, code: "forbidden", message: "not allowed"))
            harness.box.step { world, _ in world.faults = [denied] }
            let controller = try harness.controller("--grace-period", "1s")
            try await controller.says("NodeWithoutAddress")
            try harness.editPolicy { $0.replacingOccurrences(of: "port: 5432", with: "port: 6432") }
            try await harness.eventually("the new port is admitted", of: controller) { world in
                let blocks = Set(world.reserved(harness.scenario).map { SecurityGroupRule.Source.cidr(CIDR($0.ip)) })
                return blocks.isSubset(of: world.inbound(harness.scenario).filter { $0.traffic.toPort == 6432 }.map(\.source))
            }
            harness.box.step { world, _ in world.faults = [] }
            try await harness.eventually("the node has an address", within: .seconds(60), of: controller) { world in
                world.pool(harness.scenario.pool).allSatisfy { $0.externalIP != nil && world.claim($0.reference.name) == nil }
            }
        }
    }

    @Test func `the probes tell that it lives and when it is ready`() async throws {
        try await SandboxHarness.run { harness in
            // The first pass can't end before the Addresses are read.
            harness.box.step { world, _ in world.faults = [Fault(.compute, "addresses.list", .delay(.milliseconds(1500)))] }
            let controller = try harness.controller("--listen", "127.0.0.1:0")
            let line = try await controller.says("serving /healthz")
            let address = try #require(line.firstMatch(of: #/127\.0\.0\.1:[1-9]\d*/#).map { String($0.output) }, "\(line)")
            let client = HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "tests"))
            func get(_ path: String) async throws -> (Int, String) {
                let limits = HTTPLimits(connect: .seconds(5), total: .seconds(10), idle: .seconds(10), responseBytes: 1 << 16)
                let response = try await client.send(
                    HTTPRequest("GET", "http://\(address)/\(path)", headers: [:], body: [], limits: limits))
                return (response.status, String(decoding: response.body, as: UTF8.self))
            }
            let early = try await get("readyz")
            #expect(early.0 == 503 && early.1.contains("no pass yet of orders-db"), "\(early)")
            for path in ["healthz", "livez"] { #expect(try await get(path) == (200, "ok\n")) }
            try await harness.closes(of: controller)
            #expect(try await get("readyz") == (200, "ok\n"))
            await client.shutdown()
        }
    }

    @Test func `a port that is taken is a clear error`() async throws {
        try await SandboxHarness.run { harness in
            let port = try #require(harness.servers.endpoints.ec2.split(separator: ":").last)
            let ended = try await harness.drawbridge(
                "run", "--policy", harness.policy, "--listen", "127.0.0.1:\(port)", within: .seconds(20))
            #expect(ended.status == 1 && ended.errors.contains("can't serve on 127.0.0.1:\(port)"), "\(ended)")
            #expect(harness.world.leaseHolder() == nil && !ended.errors.contains("one writer"), "it never led, and so began nothing")
        }
    }

    @Test func `the node that runs the controller is not swapped by it`() async throws {
        try await SandboxHarness.run { harness in
            let own = try #require(harness.world.pool(harness.scenario.pool).first)
            let controller = try harness.controller(adding: ["NODE_NAME": own.reference.name])
            try await harness.eventually("only its own node is left", of: controller) { world in
                let open = world.openMatters(harness.scenario)
                return !open.isEmpty && open.allSatisfy { $0.contains(own.reference.name) }
            }
            #expect(harness.world.compute.instances[own.reference]?.externalIP == own.externalIP)
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy, adding: ["NODE_NAME": own.reference.name])
            #expect(plan.output.contains("it runs this controller"), "\(plan)")
        }
    }
}

import Foundation
import Locking
import Model
import Sandbox
import Testing

/// Worlds that users have: other people's rules, full groups, addresses and nodes that come and go.
@Suite(.serialized) struct WorldsTests {
    private static let everyone = SecurityGroupRule.Source.cidr(CIDR(masking: IPAddress(family: .v4, bits: 0), prefixLength: 0))

    private func tcp(_ port: Int) -> Traffic { Traffic(protocol: .tcp, fromPort: port, toPort: port) }

    private func add(_ rules: [EC2Rule], _ world: inout World, _ scenario: SandboxScenario, _ now: Timestamp) {
        world.ec2.setInbound(world.inbound(scenario) + rules, of: scenario.group, now: now)
    }

    @Test func `a rule for everyone goes after the exact ones are read back; one of all traffic is held`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.stale = 0
            scenario.foreign = 0
        } prepare: { world, scenario, now in
            let all = Traffic(protocol: .all, fromPort: nil, toPort: nil)
            add([EC2Rule(traffic: tcp(5432), source: Self.everyone), EC2Rule(traffic: all, source: Self.everyone)], &world, scenario, now)
        } _: { harness in
            let scenario = harness.scenario
            let violations = try await harness.watching { world in
                let hasWide = world.inbound(scenario).contains { $0.source == Self.everyone && $0.traffic.protocol == .tcp }
                let isExact = world.reserved(scenario).allSatisfy { world.admits($0.ip, scenario) }
                return hasWide || isExact ? [] : ["the wide rule went before the exact ones were there"]
            } during: {
                let controller = try harness.controller()
                try await harness.eventually("the wide rule is gone", of: controller) { world in
                    !world.inbound(scenario).contains { $0.source == Self.everyone && $0.traffic.protocol == .tcp }
                }
                let line = try await controller.says("HeldForApproval")
                #expect(line.contains("0.0.0.0/0"), "\(line)")
            }
            #expect(violations.isEmpty)
            let world = harness.world
            #expect(world.inbound(scenario).contains { $0.traffic.protocol == .all }, "held")
            let calls = world.calls.recent.filter { $0.api == .ec2 }.map(\.operation)
            let (first, revoke) = try (
                #require(calls.firstIndex(of: "AuthorizeSecurityGroupIngress")),
                #require(calls.firstIndex(of: "RevokeSecurityGroupIngress"))
            )
            #expect(first < revoke && calls[first..<revoke].contains("DescribeSecurityGroupRules"), "\(calls)")
            // Held, yet nothing waits for it: the nodes are bound.
            try await poll(within: .seconds(20)) { harness.box.step { world, _ in world.nodeMatters(scenario).first } }
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(plan.output.contains("the rule also admits ports outside the managed ones"), "\(plan)")
        }
    }

    @Test func `in a full group stale rules make room, and the quota is never passed`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 2
            scenario.addresses = 4
            scenario.ruleQuota = 7
        } _: { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            let refused = harness.world.calls.recent.filter {
                $0.outcome == .refused(status: 400, code: "RulesPerSecurityGroupLimitExceeded")
            }
            #expect(refused.isEmpty, "\(refused)")
        }
    }

    @Test func `where room does not suffice it stops with the arithmetic, and those admitted are bound`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 3
            scenario.addresses = 10
            scenario.ruleQuota = 8
        } _: { harness in
            let scenario = harness.scenario
            let controller = try harness.controller("--interval", "1s")
            try await harness.eventually("the nodes are bound", of: controller) { $0.nodeMatters(scenario).isEmpty }
            let line = try await controller.says("RuleQuotaReached")
            #expect(line.contains("of 8 inbound IPv4 rules"), "\(line)")
            let world = harness.world
            #expect(world.pool(scenario.pool).compactMap(\.externalIP).allSatisfy { world.admits($0, scenario) })
            #expect(world.inbound(scenario).count <= 8)
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy)
            #expect(plan.output.contains("is at its quota, with no room for 4 reserved addresses"), "\(plan)")
        }
    }

    @Test func `an address in use that loses its label is moved off its node first, and revoked then`() async throws {
        try await SandboxHarness.run { harness in
            let scenario = harness.scenario
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            let node = try #require(harness.world.pool(scenario.pool).first)
            let ip = try #require(node.externalIP)
            let violations = try await harness.watching { world in
                let held = world.pool(scenario.pool).contains { $0.externalIP == ip }
                return held && !world.admits(ip, scenario) ? ["revoked while \(node.reference.name) held it"] : []
            } during: {
                harness.box.step { world, _ in
                    if let address = world.compute.addresses.values.first(where: { $0.ip == ip }) {
                        world.compute.relabel(address.reference, [:])
                    }
                }
                try await harness.closes(of: controller)
            }
            #expect(violations.isEmpty, "\(violations)")
            #expect(!harness.world.admits(ip, scenario))
            #expect(harness.world.compute.instances[node.reference]?.externalIP != ip)
        }
    }

    @Test func `an address released and reserved again under its name is another address`() async throws {
        try await SandboxHarness.run { harness in
            let scenario = harness.scenario
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            let (old, new) = harness.box.step { world, now -> (IPAddress?, IPAddress) in
                let old = world.compute.addresses[scenario.address("egress-3")]?.ip
                world.releaseAddress("egress-3", in: scenario, now: now)
                return (old, world.reserveAddress("egress-3", in: scenario, now: now).ip)
            }
            try await harness.closes(of: controller)
            #expect(try harness.world.admits(new, scenario) && !harness.world.admits(#require(old), scenario))
        }
    }

    @Test func `a node recreated under its old name gets an address again`() async throws {
        try await SandboxHarness.run { harness in
            let scenario = harness.scenario
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            let node = try #require(harness.world.pool(scenario.pool).first)
            let uid = harness.world.node(node.reference.name)?[path: ["metadata", "uid"]]
            harness.box.step { world, now in _ = world.recreate(node.reference.name, now: now) }
            try await harness.closes(of: controller)
            let after = harness.world
            #expect(after.compute.instances[node.reference]?.id != node.id)
            #expect(after.node(node.reference.name)?[path: ["metadata", "uid"]] == uid, "the Node object survived")
        }
    }

    @Test func `nodes beyond the addresses are reported by name, and served when there are some`() async throws {
        try await SandboxHarness.run { scenario in
            scenario.nodes = 4
            scenario.addresses = 2
        } _: { harness in
            let scenario = harness.scenario
            try harness.addToSpec("alerts: {unassignedAfter: 1s}")
            let controller = try harness.controller("--interval", "1s")
            try await harness.eventually("two are bound", of: controller) { world in
                let reserved = Set(world.reserved(scenario).map(\.ip))
                return world.pool(scenario.pool).count { $0.externalIP.map(reserved.contains) ?? false } == 2
            }
            let reserved = Set(harness.world.reserved(scenario).map(\.ip))
            let rest = harness.world.pool(scenario.pool).filter { !($0.externalIP.map(reserved.contains) ?? false) }.map(\.reference.name)
            try await poll(within: .seconds(20)) {
                let lines = controller.errors.split(separator: "\n").filter { $0.contains("NodeUnassigned") }
                return rest.allSatisfy { name in lines.contains { $0.contains(name) } }
                    ? nil : "not all of \(rest) are named:\n\(controller.errors)"
            }
            try await harness.eventually("events tell it too", of: controller) { world in
                let events = world.kubernetes.objects[.events]?.values.filter { $0["reason"]?.string == "NodeUnassigned" } ?? []
                return Set(events.compactMap { $0[path: ["regarding", "name"]]?.string ?? $0[path: ["involvedObject", "name"]]?.string })
                    == Set(rest)
            }
            let plan = try await harness.drawbridge("plan", "--policy", harness.policy)
            for name in rest {
                #expect(
                    plan.output.split(separator: "\n").contains { $0.contains(name) && $0.contains("none of the 2 reserved") }, "\(plan)")
            }
            harness.box.step { world, now in
                for number in 1...2 { world.reserveAddress("egress-late-\(number)", in: scenario, now: now) }
            }
            try await harness.closes(of: controller)
        }
    }

    @Test func `rules for other ports, another Drawbridge's rules and what is kept are left alone`() async throws {
        try await SandboxHarness.run(prepare: { world, scenario, now in
            let other = EC2Rule(
                traffic: tcp(5432), source: .cidr(CIDR(IPAddress(family: .v4, bits: 0xC000_02F0))),
                description: "\(RuleOwner.prefix)billing-db acme/europe-west1/x#1")
            let kept = EC2Rule(
                traffic: tcp(5432), source: .cidr(CIDR(masking: IPAddress(family: .v4, bits: 0x0A00_0500), prefixLength: 24)),
                description: "in the kept block")
            let web = EC2Rule(traffic: tcp(443), source: Self.everyone, description: "web")
            add([other, kept, web], &world, scenario, now)
        }) { harness in
            let scenario = harness.scenario
            let before = harness.world.inbound(scenario)
            let controller = try harness.controller("--interval", "1s")
            try await harness.eventually("the foreign rule is gone and the nodes are bound", of: controller) { world in
                world.nodeMatters(scenario).isEmpty && !world.inbound(scenario).contains { $0.description == "temporary access" }
            }
            let after = harness.world.inbound(scenario)
            for rule in before
            where rule.traffic.fromPort != 5432 || rule.description?.contains("billing-db") == true
                || rule.description?.contains("kept") == true
            {
                #expect(after.contains(rule), "\(rule)")
            }
            try await controller.says("ForeignRule")
        }
    }
}

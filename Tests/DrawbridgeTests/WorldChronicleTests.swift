import Foundation
import Model
import Sandbox
import Testing

/// The judge itself: each thing that must not happen is found when it does, and what a person does is not held against the tool.
@Suite struct WorldChronicleTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Stands in the verdict.
        var words: String
        var act: @Sendable (inout World, SandboxScenario, Timestamp) -> Void
    }

    /// Two nodes, four addresses, one other node; the two first addresses are admitted, and the first node holds the first.
    private static func begin() -> (World, SandboxScenario, Timestamp) {
        var scenario = SandboxScenario()
        scenario.nodes = 2
        scenario.addresses = 4
        scenario.otherNodes = 1
        scenario.compute.addAccessConfig = .milliseconds(1)
        scenario.compute.deleteAccessConfig = .milliseconds(1)
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        var world = scenario.world(now: now)
        swap(&world, node(world, scenario, 0), to: ip(world, scenario, 1), now)
        return (world, scenario, now + .seconds(1))
    }

    private static func node(_ world: World, _ scenario: SandboxScenario, _ index: Int) -> InstanceReference {
        world.pool(scenario.pool)[index].reference
    }
    private static func ip(_ world: World, _ scenario: SandboxScenario, _ number: Int) -> IPAddress? {
        world.compute.addresses[scenario.address("egress-\(number)")]?.ip
    }

    private static func detach(_ world: inout World, _ node: InstanceReference, _ now: Timestamp) {
        let caller = ComputeWorld.Caller(user: "test", requestID: nil)
        let name = world.compute.instances[node]?.accessConfigs.first?.name ?? ""
        _ = try? world.compute.deleteAccessConfig(name, from: node, networkInterface: "nic0", caller: caller, now: now)
        world.advance(to: now + .milliseconds(5))
    }

    private static func swap(_ world: inout World, _ node: InstanceReference, to ip: IPAddress?, _ now: Timestamp) {
        detach(&world, node, now)
        let config = AccessConfig(name: "External NAT", type: AccessConfig.oneToOneNAT, natIP: ip, networkTier: .premium)
        _ = try? world.compute.addAccessConfig(
            config, to: node, networkInterface: "nic0", caller: ComputeWorld.Caller(user: "test", requestID: nil),
            now: now + .milliseconds(10))
        world.advance(to: now + .milliseconds(20))
    }

    private static func revoke(_ world: inout World, _ scenario: SandboxScenario, _ now: Timestamp, where condition: (EC2Rule) -> Bool) {
        world.ec2.setInbound(world.inbound(scenario).filter { !condition($0) }, of: scenario.group, now: now)
    }

    private static let wrongs = [
        Wrong(testDescription: "a stranger is admitted", words: "is no reserved address") { world, scenario, now in
            let traffic = Traffic(protocol: .tcp, fromPort: scenario.port, toPort: scenario.port)
            let rule = EC2Rule(traffic: traffic, source: .cidr(CIDR(IPAddress(family: .v4, bits: 0xC633_6401))))
            world.ec2.setInbound(world.inbound(scenario) + [rule], of: scenario.group, now: now)
        },
        Wrong(testDescription: "a wide block is admitted", words: "is no reserved address") { world, scenario, now in
            let traffic = Traffic(protocol: .tcp, fromPort: scenario.port, toPort: scenario.port)
            let rule = EC2Rule(traffic: traffic, source: .cidr(CIDR(masking: IPAddress(family: .v4, bits: 0xCB00_7100), prefixLength: 24)))
            world.ec2.setInbound(world.inbound(scenario) + [rule], of: scenario.group, now: now)
        },
        Wrong(testDescription: "what stays reserved is revoked", words: "which stayed reserved") { world, scenario, now in
            let second = ip(world, scenario, 2).map { SecurityGroupRule.Source.cidr(CIDR($0)) }
            revoke(&world, scenario, now) { $0.source == second }
        },
        Wrong(testDescription: "what a node holds is revoked", words: "holds") { world, scenario, now in
            world.compute.relabel(scenario.address("egress-1"), [:])
            let first = ip(world, scenario, 1).map { SecurityGroupRule.Source.cidr(CIDR($0)) }
            revoke(&world, scenario, now) { $0.source == first }
        },
        Wrong(testDescription: "the kept rule is revoked", words: "which is kept") { world, scenario, now in
            revoke(&world, scenario, now) { $0.source == .cidr(scenario.kept) && $0.traffic.fromPort == scenario.port }
        },
        Wrong(testDescription: "another port's rule is revoked", words: "of another port") { world, scenario, now in
            revoke(&world, scenario, now) { $0.traffic.fromPort == 22 }
        },
        Wrong(testDescription: "a node is bound to what is not admitted", words: "which is not admitted") { world, scenario, now in
            swap(&world, node(world, scenario, 1), to: ip(world, scenario, 4), now)
        },
        Wrong(testDescription: "a reserved address is taken off", words: "though it stayed reserved") { world, scenario, now in
            detach(&world, node(world, scenario, 0), now)
        },
        Wrong(testDescription: "a node outside the pool is touched", words: "outside the pool") { world, scenario, now in
            detach(&world, world.pool(scenario.otherPool)[0].reference, now)
        },
    ]

    @Test(arguments: wrongs)
    func `what must not happen is found, and a person may do it`(_ wrong: Wrong) {
        for isHand in [false, true] {
            var (world, scenario, now) = Self.begin()
            let chronicle = WorldChronicle(scenario, world, now: now)
            now = now + .seconds(1)
            if isHand { chronicle.hand() }
            wrong.act(&world, scenario, now)
            chronicle.look(world, now)
            let found = chronicle.violations
            #expect(isHand ? found.isEmpty : found.contains { $0.contains(wrong.words) }, "\(found)")
        }
    }

    @Test func `what is right is not found fault with`() {
        var (world, scenario, now) = Self.begin()
        let chronicle = WorldChronicle(scenario, world, now: now)
        Self.swap(&world, Self.node(world, scenario, 1), to: Self.ip(world, scenario, 2), now)
        chronicle.look(world, now)
        world.compute.relabel(scenario.address("egress-3"), [:])
        chronicle.look(world, now)
        now = now + .seconds(1)
        Self.revoke(&world, scenario, now) { $0.description == "temporary access" }
        chronicle.look(world, now)
        #expect(chronicle.violations.isEmpty, "\(chronicle.violations)")
        #expect(chronicle.deeds.bound == 1 && chronicle.deeds.revoked == 1)
    }

    @Test func `the log tells of writers that overlap, of strangers and of what it forgot`() {
        var (world, _, now) = Self.begin()
        world.calls = CallLog(capacity: 2)
        world.compute = SandboxScenario().world(now: now).compute
        func record(_ caller: String, _ operation: String = "RevokeSecurityGroupIngress") {
            world.calls.record(
                CallLog.Call(time: now, api: .ec2, operation: operation, resource: "sg-1", outcome: .answered(status: 200), caller: caller))
        }
        record("p1")
        record("p2", "DescribeSecurityGroupRules")
        record("p1")
        record("p2")
        #expect(WorldChronicle.audit(world, callers: ["p1", "p2"]).isEmpty)
        record("p1")
        let problems = WorldChronicle.audit(world, callers: ["p1", "p2"])
        #expect(
            problems.contains { $0.contains("of p1 came after a write of p2") } && problems.contains { $0.contains("are forgotten") },
            "\(problems)")
        #expect(WorldChronicle.audit(world, callers: ["p1"]).contains { $0.contains("unknown caller p2") })
    }
}

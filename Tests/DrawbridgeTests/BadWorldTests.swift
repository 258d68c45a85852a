import Foundation
import Model
import Sandbox
import Testing

/// Clouds that refuse, lie or fall silent: a clear message, nothing torn down, and the loop goes on.
@Suite(.serialized) struct BadWorldTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// All of these stand in one line of the log.
        var words: [String]
        /// Whether the nodes' half can't be served either: then nothing at all is written.
        var writesNothing = true
        var policy: (@Sendable (String) -> String) = { $0 }
        var cause: @Sendable (inout World, SandboxScenario) -> Void
        /// `nil`: does not mend.
        var mend: (@Sendable (inout World, SandboxScenario) -> Void)?
    }

    private static let always = Int.max

    private static func ec2(_ effect: Fault.Effect) -> @Sendable (inout World, SandboxScenario) -> Void {
        { world, _ in world.faults = [Fault(.ec2, times: always, effect)] }
    }

    private static func addresses(_ effect: Fault.Effect) -> @Sendable (inout World, SandboxScenario) -> Void {
        { world, _ in world.faults = [Fault(.compute, "addresses.list", times: always, effect)] }
    }

    private static let noFaults: @Sendable (inout World, SandboxScenario) -> Void = { world, _ in world.faults = [] }

    private static func answer(_ type: String, _ text: String, padding: Int = 0) -> Fault.Effect {
        .answer(status: 200, contentType: type, body: Array(text.utf8) + [UInt8](repeating: 0x20, count: padding))
    }

    private static let troubles = [
        Trouble(
            testDescription: "the reserved set is denied", words: ["ReadingUnknown", "compute.addresses.list"],
            cause: { world, _ in world.compute.deniedPermissions = ["compute.addresses.list"] },
            mend: { world, _ in world.compute.deniedPermissions = [] }),
        Trouble(
            testDescription: "the security group does not exist, and its rules read as none",
            words: ["ReadingUnknown", "sg-0a1b2c3d4e5f60718"],
            cause: { world, scenario in world.ec2.removeGroup(scenario.group) },
            mend: { world, scenario in
                let traffic = Traffic(protocol: .tcp, fromPort: scenario.port, toPort: scenario.port)
                world.ec2.addGroup(
                    id: scenario.securityGroup, name: "back", region: scenario.awsRegion, account: scenario.awsAccount,
                    rules: [EC2Rule(traffic: traffic, source: .cidr(scenario.kept))])
            }),
        Trouble(
            testDescription: "EC2 denies the authorize", words: ["SyncFailed", "ec2:AuthorizeSecurityGroupIngress"], writesNothing: false,
            cause: { world, scenario in world.aws.credentials[scenario.accessKeyID]?.denied = ["ec2:AuthorizeSecurityGroupIngress"] },
            mend: { world, scenario in world.aws.credentials[scenario.accessKeyID]?.denied = [] }),
        Trouble(
            testDescription: "EC2 ends every connection", words: ["ReadingUnknown", "DescribeSecurityGroupRules"], cause: ec2(.dropRequest),
            mend: noFaults),
        Trouble(
            testDescription: "EC2 answers what is no XML", words: ["ReadingUnknown", "DescribeSecurityGroupRules"],
            cause: ec2(answer("text/xml", "<html><p>Welcome to the hotel's network<br></html>")), mend: noFaults),
        Trouble(
            testDescription: "EC2 answers XML with a DTD", words: ["ReadingUnknown", "DescribeSecurityGroupRules"],
            cause: ec2(
                answer(
                    "text/xml",
                    "<!DOCTYPE a [<!ENTITY b \"c\">]><DescribeSecurityGroupRulesResponse>&b;</DescribeSecurityGroupRulesResponse>")),
            mend: noFaults),
        Trouble(
            testDescription: "EC2 answers far too much", words: ["ReadingUnknown", "DescribeSecurityGroupRules"],
            cause: ec2(answer("text/xml", "<DescribeSecurityGroupRulesResponse>", padding: 9 << 20)), mend: noFaults),
        Trouble(
            testDescription: "EC2 finds the request out of time", words: ["ReadingUnknown", "RequestExpired"],
            cause: ec2(.fail(status: 400, code: "RequestExpired", message: "Request has expired. Timestamp date is 1. Current date is 2.")),
            mend: noFaults),
        Trouble(
            testDescription: "Compute Engine answers what is no JSON", words: ["ReadingUnknown", "addresses"],
            cause: addresses(answer("application/json", "{\"items\": [")), mend: noFaults),
        Trouble(
            testDescription: "Compute Engine answers far too much", words: ["ReadingUnknown", "addresses"],
            cause: addresses(answer("application/json", "{\"items\": []", padding: 17 << 20)), mend: noFaults),
        Trouble(
            testDescription: "a part of the Addresses is unreachable", words: ["ReadingUnknown", "europe-west1"],
            policy: { $0.replacingOccurrences(of: "    regions: [europe-west1]\n", with: "") },
            cause: { world, _ in world.compute.unreachable = ["regions/europe-west1"] },
            mend: { world, _ in world.compute.unreachable = [] }),
        Trouble(
            testDescription: "no Address carries the labels any more", words: ["RevocationHeld", "reserved set is empty"],
            policy: { $0 + "  alerts: {unassignedAfter: 1s}\n" },
            cause: { world, scenario in
                for number in 1...scenario.addresses { world.compute.relabel(scenario.address("egress-\(number)"), [:]) }
            },
            mend: { world, scenario in
                for number in 1...scenario.addresses { world.compute.relabel(scenario.address("egress-\(number)"), scenario.labels) }
            }),
        Trouble(
            testDescription: "the nodes can't be listed", words: ["ReadingUnknown", "nodes"], writesNothing: false,
            cause: { world, _ in world.kubernetes.authority.denials = [KubernetesAuthority.Denial(verb: "list", resource: "nodes")] },
            mend: { world, _ in world.kubernetes.authority.denials = [] }),
    ]

    @Test(arguments: troubles)
    func `what can't be known tears nothing down, and the loop closes once it is mended`(_ trouble: Trouble) async throws {
        try await SandboxHarness.run(prepare: { world, scenario, _ in trouble.cause(&world, scenario) }) { harness in
            try harness.editPolicy(trouble.policy)
            let scenario = harness.scenario
            let (before, admitted) = (harness.world.externalIPs, harness.world.admitted(scenario))
            let controller = try harness.controller("--interval", "1s")
            try await poll(within: .seconds(40)) {
                let line = controller.errors.split(separator: "\n").first { line in trouble.words.allSatisfy { line.contains($0) } }
                return line == nil ? "no line with \(trouble.words):\n\(controller.errors)" : nil
            }
            // The loop goes on: whole passes follow.
            let reads = harness.world.calls.counts.filter { $0.key.operation.hasPrefix("addresses.") }.values.reduce(0, +)
            try await harness.eventually("passes go on", of: controller) { world in
                world.calls.counts.filter { $0.key.operation.hasPrefix("addresses.") }.values.reduce(0, +) >= reads + 2
            }
            let during = harness.world
            if trouble.writesNothing {
                #expect(during.writes == 0, "\(controller.errors)")
                #expect(during.externalIPs == before)
            } else {
                // What is known may be acted upon: admitted addresses are bound, addresses that are gone for certain are revoked.
                let bound = during.pool(scenario.pool).compactMap(\.externalIP).filter { ip in
                    during.reserved(scenario).contains { $0.ip == ip }
                }
                #expect(bound.allSatisfy { during.admits($0, scenario) })
                // A swap may be under way at any one moment; its node gets its address.
                try await harness.eventually("each node has an address", of: controller) {
                    $0.pool(scenario.pool).allSatisfy { $0.externalIP != nil }
                }
                let reserved = Set(during.reserved(scenario).map { SecurityGroupRule.Source.cidr(CIDR($0.ip)) })
                #expect(admitted.intersection(reserved).isSubset(of: during.admitted(scenario)))
            }
            #expect(controller.isRunning)
            guard let mend = trouble.mend else { return }
            harness.box.step { world, _ in mend(&world, scenario) }
            try await harness.closes(within: .seconds(60), of: controller)
        }
    }

    @Test func `an endpoint where nothing listens is named, and the other half is still served`() async throws {
        try await SandboxHarness.run { harness in
            let controller = try harness.controller("--interval", "1s", adding: ["AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9"])
            let line = try await controller.says("ReadingUnknown")
            #expect(line.contains("127.0.0.1:9"), "\(line)")
            try await harness.eventually("passes go on", of: controller) { $0.calls.count(.compute, "addresses.list") >= 4 }
            #expect(harness.world.detaches == 0)
            controller.send(SIGTERM)
            #expect(try await controller.ended(within: .seconds(10)).status == 0)
        }
    }

    @Test func `a machine whose clock is twenty minutes off from AWS's says so, dates its requests by AWS's, and closes the loop`()
        async throws
    {
        try await SandboxHarness.run(wallOffset: .seconds(1200)) { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(within: .seconds(60), of: controller)
            let line = try await controller.says("this machine's clock is")
            #expect(line.contains(" behind AWS's") && line.contains("NTP"), "\(line)")
            #expect(line.contains("20m") || line.contains("19m"), "\(line)")
            #expect(!controller.errors.contains("RequestExpired"), "\(controller.errors)")
        }
    }

    @Test func `one node's trouble does not delay another's`() async throws {
        try await SandboxHarness.run { harness in
            let victim = try #require(harness.world.pool(harness.scenario.pool).first).reference
            harness.box.step { world, _ in
                world.faults = [
                    Fault(
                        .compute, "instances.deleteAccessConfig", resource: victim.description, times: .max,
                        .fail(status: 400, code: "badRequest", message: "not today"))
                ]
            }
            let controller = try harness.controller()
            try await harness.eventually("all but one are bound", of: controller) { world in
                let open = world.nodeMatters(harness.scenario)
                return !open.isEmpty && open.allSatisfy { $0.contains(victim.name) }
            }
            let line = try await controller.says("SwapFailed")
            #expect(line.contains(victim.name) && line.contains("not today"), "\(line)")
            #expect(harness.world.compute.instances[victim]?.externalIP != nil)
        }
    }
}

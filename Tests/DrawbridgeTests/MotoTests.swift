import Foundation
import Model
import Peers
import Sandbox
import Testing

/// The controller against moto for EC2 and STS, and the embedded clouds for the rest.
@Suite(.serialized) struct MotoTests {
    // Skipped without the Python that `make test` sets up: moto is a Python program.
    @Test(.enabled(if: Python.executable != nil, "\(Python.isMissing)"), arguments: [false, true])
    func `with signatures and the shipped policy enforced, the loop closes`(_ assumesRole: Bool) async throws {
        try await SandboxHarness.run { harness in
            try await Moto.run(harness.directory) { moto in
                let (world, scenario) = (moto.world, harness.scenario)
                try harness.editPolicy { text in
                    let group = assumesRole ? "\(world.groups[0])\n      roleArn: \(world.roleARN)" : world.groups[0]
                    return text.replacingOccurrences(of: scenario.securityGroup, with: group)
                }
                let keys = assumesRole ? world.assumer : world.drawbridge
                let variables = [
                    "AWS_ENDPOINT_URL_EC2": world.endpoint, "AWS_ENDPOINT_URL_STS": world.endpoint, "AWS_ACCESS_KEY_ID": keys.accessKeyID,
                    "AWS_SECRET_ACCESS_KEY": keys.secretAccessKey,
                ]
                let controller = try harness.controller("--interval", "1s", adding: variables)
                func isExact() async throws {
                    try await poll(within: .seconds(60)) {
                        harness.box.step { world, _ in world.nodeMatters(scenario).first }.map { "\($0)\n\(controller.errors)" }
                    }
                    let wanted = Set(harness.world.reserved(scenario).map { "\(CIDR($0.ip)) 5432" })
                    var found: Set<String> = []
                    for _ in 0..<20 {
                        found = try await moto.inbound()
                        if found == wanted { break }
                    }
                    #expect(found == wanted, "\(controller.errors)")
                }
                try await isExact()
                harness.box.step { world, now in
                    world.releaseAddress("egress-1", in: scenario, now: now)
                    world.reserveAddress("egress-late", in: scenario, now: now)
                }
                try await isExact()
                #expect(harness.world.calls.count(.ec2) == 0, "the embedded EC2 is out of this")
                controller.send(SIGTERM)
                #expect(try await controller.ended(within: .seconds(10)).status == 0)
            }
        }
    }
}

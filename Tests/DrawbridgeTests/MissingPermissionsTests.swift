import Foundation
import Model
import Sandbox
import Testing

/// A service account that may do half of a swap.
@Suite(.serialized) struct MissingPermissionsTests {
    @Test(arguments: ["compute.instances.addAccessConfig", "compute.addresses.use", "compute.subnetworks.useExternalIp"])
    func `an account that may take addresses off but not put them on keeps every node on its address`(_ permission: String) async throws {
        try await SandboxHarness.run(prepare: { world, _, _ in world.compute.deniedPermissions = [permission] }) { harness in
            let before = harness.world.externalIPs
            let controller = try harness.controller("--interval", "1s")
            let line = try await controller.says("SwapFailed")
            #expect(line.contains("lacks \(permission)") && line.contains("policies/gcp-role.yaml"), "\(line)")
            // The groups' half is served, and every node is left without a claim in the end.
            let scenario = harness.scenario
            try await harness.eventually("the reserved set is admitted", of: controller) { world in
                world.reserved(scenario).allSatisfy { world.admits($0.ip, scenario) }
                    && world.pool(scenario.pool).allSatisfy { world.claim($0.reference.name) == nil }
            }
            #expect(harness.world.externalIPs == before)
            #expect(harness.world.detaches == 0)
        }
    }

    @Test func `an account that may not ask what it may do swaps all the same`() async throws {
        let denied: Set = ["compute.instances.list", "compute.subnetworks.list"]
        try await SandboxHarness.run(prepare: { world, _, _ in world.compute.deniedPermissions = denied }) { harness in
            let controller = try harness.controller("--interval", "1s")
            try await harness.closes(of: controller)
            #expect(harness.world.calls.count(.compute, "instances.testIamPermissions") > 0)
        }
    }
}

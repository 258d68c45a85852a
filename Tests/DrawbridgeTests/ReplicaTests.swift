import Foundation
import Model
import Sandbox
import Testing

/// Two replicas, one lease.
@Suite(.serialized) struct ReplicaTests {
    @Test func `of two replicas one writes; when it is killed the other takes over`() async throws {
        try await SandboxHarness.run(prepare: { world, scenario, _ in
            // The second replica's own keys, which may do nothing yet: each call it makes is refused, and so is seen.
            world.aws.add(
                AWSIdentity.Credential(
                    accessKeyID: "AKIASANDBOX000000002", secret: Secret("second/replica/secret"), account: scenario.awsAccount,
                    arn: "arn:aws:iam::\(scenario.awsAccount):user/second", userID: "AIDASANDBOX0000000002", denied: ["ec2:*"]))
        }) { harness in
            let first = try harness.controller("--interval", "1s")
            try await first.says("this replica is the one writer")
            let second = try harness.controller(
                "--interval", "1s",
                adding: [
                    "POD_NAME": "drawbridge-1", "AWS_ACCESS_KEY_ID": "AKIASANDBOX000000002",
                    "AWS_SECRET_ACCESS_KEY": "second/replica/secret",
                ])
            try await second.says("standing by")
            try await harness.closes(of: first)
            let converged = harness.world
            let refused = converged.calls.recent.filter { if case .refused = $0.outcome { $0.api == .ec2 } else { false } }
            #expect(refused.isEmpty, "\(refused)")
            #expect(converged.calls.count(.compute, "instances.addAccessConfig") == harness.scenario.nodes)
            #expect(!second.errors.contains("one writer"))

            first.send(SIGKILL)
            #expect(try await first.ended().bySignal)
            harness.box.step { world, now in
                world.aws.credentials["AKIASANDBOX000000002"]?.denied = []
                if let victim = world.pool(harness.scenario.pool).first {
                    world.preempt(victim.reference.name, replacementAfter: .zero, now: now)
                }
                world.reserveAddress("egress-late", in: harness.scenario, now: now)
            }
            try await second.says("this replica is the one writer", within: .seconds(30))
            try await harness.eventually("the pool is whole again", of: second) {
                $0.pool(harness.scenario.pool).count == harness.scenario.nodes
            }
            try await harness.closes(of: second)
            #expect(harness.world.leaseHolder() == "drawbridge-1")
        }
    }

    @Test func `a replica that stops cleanly hands the lease over without a wait`() async throws {
        try await SandboxHarness.run { harness in
            let first = try harness.controller()
            try await first.says("this replica is the one writer")
            let second = try harness.controller(adding: ["POD_NAME": "drawbridge-1"])
            try await second.says("standing by")
            first.send(SIGTERM)
            #expect(try await first.ended(within: .seconds(15)).status == 0)
            // Well under the lease's fifteen seconds.
            try await second.says("this replica is the one writer", within: .seconds(8))
            try await harness.closes(of: second)
        }
    }

    @Test func `two processes on one host, without a pod's name, are two replicas`() async throws {
        try await SandboxHarness.run { harness in
            let first = try harness.controller(adding: ["POD_NAME": ""])
            try await first.says("this replica is the one writer")
            let second = try harness.controller(adding: ["POD_NAME": ""])
            try await second.says("standing by")
            #expect(!second.errors.contains("one writer"))
        }
    }
}

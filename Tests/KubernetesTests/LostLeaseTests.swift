import Fixtures
import HTTP
import Model
import Testing

@testable import Kubernetes

/// No patch of a node leaves once the lease is lost.
@Suite struct LostLeaseTests {
    private static let node = Node(
        name: "n", uid: "u", resourceVersion: "7", labels: [:], annotations: [:],
        taints: [Taint(key: "k", value: nil, effect: "NoSchedule", timeAdded: nil)],
        providerID: nil, externalIPs: [], isUnschedulable: false, isReady: true, isBeingDeleted: false,
        createdAt: Timestamp(secondsSinceEpoch: 0))

    @Test(arguments: [
        (0, [], "not sent: this replica does not hold the lease"),
        (
            1, [ScriptedTransport.Step.status(429, "TooManyRequests", headers: ["Retry-After": "1"])],
            "not sent again: this replica does not hold the lease any more; the request before failed, it took no effect: TooManyRequests"
        ),
        (
            1, [.failure(.connect, mayHaveBeenReceived: false)],
            "not sent again: this replica does not hold the lease any more; the request before failed, it took no effect: connect"
        ),
    ])
    func `a patch is sent only while the lease is held`(passing: Int, steps: [ScriptedTransport.Step], message: String) async throws {
        for write in ["annotation", "taint"] {
            let transport = ScriptedTransport(steps)
            let client = KubernetesClient.scripted(transport)
            do throws(APIError) {
                switch write {
                case "annotation": _ = try await client.setAnnotation("a", to: "b", on: Self.node, gate: CountedGate(passing: passing).gate)
                default: _ = try await client.removeTaint("k", from: Self.node, gate: CountedGate(passing: passing).gate)
                }
                Issue.record("a write passed a closed gate")
            } catch {
                #expect(error.code == "lease-lost" && error.disposition == .permanent && !error.mayHaveTakenEffect)
                #expect(error.message.hasPrefix(message))
            }
            #expect(await transport.targets.count == steps.count)
        }
    }
}

import Fixtures
import GCP
import HTTP
import Model
import Testing

/// No request of a write leaves once the lease is lost; what was started is still followed.
@Suite struct LostLeaseTests {
    private let instance = InstanceReference(project: "acme", zone: "europe-west1-b", name: "node-1")
    private let id = "5b9c0c0e-6a35-4f4e-9d0c-6d5e6a1f0001"
    private var add: String {
        "POST \(base)projects/acme/zones/europe-west1-b/instances/node-1/addAccessConfig?networkInterface=nic0&requestId=\(id)"
    }
    private let wait = "POST \(base)projects/acme/zones/europe-west1-b/operations/op-1/wait"

    private func runAdd(_ transport: ScriptedTransport, passing count: Int, tokens: any GCPTokenSource = TestTokens())
        async throws(APIError)
    {
        try await client(transport, TestClock(), tokens: tokens).addAccessConfig(
            instance: instance, networkInterface: "nic0", name: "External NAT", natIP: nil, networkTier: nil, requestID: id,
            limit: .seconds(300),
            gate: CountedGate(passing: count).gate)
    }

    @Test func `nothing is sent through a closed gate`() async {
        let transport = ScriptedTransport([])
        let error = await failure { () throws(APIError) in try await runAdd(transport, passing: 0) }
        #expect(error?.code == "lease-lost" && error?.disposition == .permanent && error?.mayHaveTakenEffect == false)
        #expect(error?.api == .compute && error?.operation == "instances.addAccessConfig")
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (ScriptedTransport.Step.refusal("", 429, "whatever", "slow"), false), (.failure("", .connect, received: false), false),
        (.failure("", .timeout, received: true), true), (.answer("", "", status: 500), true),
    ])
    func `a write is not sent again once the lease is lost, and tells what it may have done`(
        step: ScriptedTransport.Step, mayHaveTakenEffect: Bool
    ) async {
        var step = step
        step.request = add
        let transport = ScriptedTransport([step])
        let error = await failure { () throws(APIError) in try await runAdd(transport, passing: 1) }
        #expect(error?.code == "lease-lost" && error?.disposition == .permanent)
        #expect(error?.mayHaveTakenEffect == mayHaveTakenEffect)
        #expect(error?.message.contains(mayHaveTakenEffect ? "it may have taken effect" : "it took no effect") == true)
        #expect(transport.requests.count == 1)
    }

    @Test func `one lost answer counts, whatever came after it`() async {
        let transport = ScriptedTransport([.failure(add, .timeout, received: true), .refusal(add, 429, "whatever", "slow")])
        let error = await failure { () throws(APIError) in try await runAdd(transport, passing: 2) }
        #expect(error?.code == "lease-lost" && error?.mayHaveTakenEffect == true)
        #expect(transport.requests.count == 2)
    }

    @Test func `nor is it sent again with a new token`() async {
        let transport = ScriptedTransport([.refusal(add, 401, "authError", "Invalid Credentials")])
        let error = await failure { () throws(APIError) in try await runAdd(transport, passing: 1, tokens: TestTokens(["old", "new"])) }
        #expect(error?.code == "lease-lost" && error?.mayHaveTakenEffect == false)
        #expect(transport.requests.count == 1)
    }

    @Test func `the operation that was started is followed to its end`() async throws {
        let transport = ScriptedTransport([
            .answer(add, #"{"name":"op-1","status":"RUNNING"}"#), .answer(wait, #"{"name":"op-1","status":"DONE"}"#),
        ])
        try await runAdd(transport, passing: 1)
        #expect(transport.isFinished)
    }
}

import Fixtures
import HTTP
import Model
import Testing

@testable import AWS

/// No request leaves once the lease is lost, however long a call takes.
struct `Writes after the lease is lost` {
    private let group = EC2Answers.group
    private let permission = EC2Answers.permission("192.0.2.1/32")

    @Test func `nothing is sent through a closed gate`() async throws {
        let transport = ScriptedTransport(EC2Answers.authorized)
        let error = try await apiError {
            try await EC2Answers.client(transport).authorizeIngress(group, [permission], gate: CountedGate(passing: 0).gate)
        }
        #expect(error.code == "lease-lost" && error.disposition == .permanent && !error.mayHaveTakenEffect)
        #expect(error.api == .ec2 && error.operation == "AuthorizeSecurityGroupIngress")
        #expect(error.message == "not sent: this replica does not hold the lease")
        #expect(await transport.requests.isEmpty)
    }

    @Test func `a throttled write is not sent again once the lease is lost`() async throws {
        let throttle = ScriptedTransport.Step.refusal(503, "RequestLimitExceeded", message: "slow down")
        let transport = ScriptedTransport(throttle, EC2Answers.authorized)
        let error = try await apiError {
            try await EC2Answers.client(transport).authorizeIngress(group, [permission], gate: CountedGate(passing: 1).gate)
        }
        #expect(error.code == "lease-lost" && error.disposition == .permanent && !error.mayHaveTakenEffect)
        #expect(error.message.contains("it took no effect: RequestLimitExceeded, slow down"))
        #expect(await transport.requests.count == 1)
    }

    @Test(arguments: [
        ScriptedTransport.Step.refusal(400, "ExpiredToken"),
        .refusal(400, "RequestExpired", headers: ["Date": "Sun, 01 Mar 2026 13:00:00 GMT"]), .fail(.connect, received: false),
    ])
    func `nor with other credentials, nor with the clock set right, nor after a broken connection`(failure: ScriptedTransport.Step)
        async throws
    {
        let transport = ScriptedTransport(failure, EC2Answers.revoked)
        let error = try await apiError {
            try await EC2Answers.client(transport).revokeIngress(group, ruleIDs: ["sgr-1"], gate: CountedGate(passing: 1).gate)
        }
        #expect(error.code == "lease-lost")
        #expect(await transport.requests.count == 1)
    }

    @Test func `each request of a write asks, and no reading does`() async throws {
        let throttle = ScriptedTransport.Step.refusal(503, "RequestLimitExceeded")
        let transport = ScriptedTransport(throttle, throttle, EC2Answers.authorized, EC2Answers.rules([EC2Answers.rule("sgr-1")]))
        let counted = CountedGate(passing: .max)
        let client = try EC2Answers.client(transport)
        try await client.authorizeIngress(group, [permission], gate: counted.gate)
        _ = try await client.describeSecurityGroup(group)
        #expect(counted.asked == 3)
    }
}

import Fixtures
import HTTP
import Model
import Testing

@testable import AWS

/// What the clients of AWS tell of their calls.
struct `The meter of AWS's calls` {
    private let operation = "AuthorizeSecurityGroupIngress"

    private func events(_ steps: ScriptedTransport.Step...) async throws -> [CallMeter.Event] {
        let log = MeterLog()
        var connection = EC2Answers.connection(ScriptedTransport(steps), ManualClock())
        connection.meter = log.meter
        let client = try EC2Client(connection, region: "eu-west-1", credentials: EC2Answers.keys)
        _ = try? await client.authorizeIngress(
            EC2Answers.group, [EC2Answers.permission("192.0.2.1/32")], gate: CountedGate(passing: 9).gate)
        return log.events
    }

    private func request(_ code: String) -> CallMeter.Event { .request(.ec2, operation: operation, code: code, took: .zero) }

    @Test func `each request with its code, what was throttled, each retry`() async throws {
        #expect(
            try await events(.refusal(503, "RequestLimitExceeded"), .fail(.connect, received: false), EC2Answers.authorized) == [
                request("RequestLimitExceeded"), .throttled(.ec2, operation: operation), .retried(.ec2, operation: operation),
                request("connect"), .retried(.ec2, operation: operation), request("OK"),
            ])
    }

    @Test func `what is refused for good is a request, and no more`() async throws {
        #expect(try await events(.refusal(403, "UnauthorizedOperation")) == [request("UnauthorizedOperation")])
    }

    private struct Source: AWSCredentialsProvider {
        let result: Result<AWSCredentials, APIError>
        func credentials() async throws(APIError) -> AWSCredentials { try result.get() }
        func discard(_ credentials: AWSCredentials) {}
    }

    @Test func `keys tell until when they serve, and those that can't be had that they can't`() async throws {
        let (log, clock) = (MeterLog(), ManualClock())
        let end = clock.now.wall + .seconds(3600)
        let refused = APIError(api: .sts, operation: "AssumeRole", resource: "x", code: "x", message: "", disposition: .denied)
        let keys = AWSCredentials(accessKeyID: "1", secretAccessKey: Secret("s"), sessionToken: nil, expiration: end, source: "")
        for result in [.success(keys), .failure(refused)] as [Result<AWSCredentials, APIError>] {
            _ = try? await CachedCredentials(Source(result: result), runtime: clock.runtime, name: "a role", meter: log.meter).credentials()
        }
        #expect(log.events == [.renewed(cloud: "aws", identity: "a role", end: end), .notRenewed(cloud: "aws", identity: "a role")])
    }
}

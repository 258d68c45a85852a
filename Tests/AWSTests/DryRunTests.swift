import HTTP
import Model
import Testing

@testable import AWS

struct `The right to change a group` {
    private let group = SecurityGroupReference(id: "sg-1", region: "eu-west-1")
    private let traffic = Traffic(protocol: .tcp, fromPort: 5432, toPort: 5432)

    private func client(_ transport: ScriptedTransport) throws -> EC2Client {
        let connection = AWSConnection(
            transport: transport, runtime: ManualClock().runtime, environment: AWSEnvironment([:]), skew: ClockSkew())
        let keys = AWSCredentials(
            accessKeyID: "AKIA", secretAccessKey: Secret("secret"), sessionToken: nil, expiration: nil, source: "a test")
        return try EC2Client(connection, region: "eu-west-1", credentials: FixedCredentials(keys))
    }

    @Test(arguments: EC2Operation.allCases)
    func `is there when EC2 says that the call would have succeeded`(_ operation: EC2Operation) async throws {
        let transport = ScriptedTransport(.refusal(412, "DryRunOperation"))
        #expect(try await client(transport).right(to: operation, on: group, traffic: traffic) == .allowed)
        let body = try #require(await transport.bodies.first)
        #expect(body.hasPrefix("Action=\(operation.rawValue)&") && body.contains("&DryRun=true"), "\(body)")
        // Should an endpoint pass over DryRun: nothing that is there is named, and nobody has the address.
        #expect(!operation.writes || body.contains("&GroupId=sg-1"))
        #expect(!body.contains("CidrIp=") || body.contains("CidrIp=192.0.2.0%2F32"))
        #expect(!body.contains("SecurityGroupRuleId") || body.contains("SecurityGroupRuleId.1=sgr-00000000000000000"))
    }

    @Test(arguments: ["UnauthorizedOperation", "AccessDenied", "Client.UnauthorizedOperation"])
    func `is missing when EC2 says so, in whichever words`(_ code: String) async throws {
        let transport = ScriptedTransport(.refusal(403, code))
        let right = try await client(transport).right(to: .authorizeSecurityGroupIngress, on: group, traffic: traffic)
        guard case .denied(let error) = right else { return #expect(Bool(false), "\(right)") }
        #expect(error.code == code.split(separator: ".").last.map(String.init) && error.operation == "AuthorizeSecurityGroupIngress")
        #expect(await transport.remaining == 0)
    }

    @Test(arguments: [(400, "InvalidSecurityGroupRuleId.NotFound"), (400, "InvalidGroup.NotFound"), (400, "InvalidParameterValue")])
    func `is not known when EC2 checks something else first`(_ answer: (Int, String)) async throws {
        let transport = ScriptedTransport(.refusal(answer.0, answer.1))
        let right = try await client(transport).right(to: .revokeSecurityGroupIngress, on: group, traffic: traffic)
        guard case .unclear(let error) = right else { return #expect(Bool(false), "\(right)") }
        #expect(error.code == answer.1)
    }

    @Test func `is not known when no answer comes`() async throws {
        let transport = ScriptedTransport(.fail(.connect, received: true))
        await #expect(throws: APIError.self) {
            _ = try await client(transport).right(to: .revokeSecurityGroupIngress, on: group, traffic: traffic)
        }
    }

    @Test func `an endpoint that carries the call out is told of, and is no permission`() async throws {
        let transport = ScriptedTransport(
            .answer(200, "<AuthorizeSecurityGroupIngressResponse><return>true</return></AuthorizeSecurityGroupIngressResponse>"))
        let error = await #expect(throws: APIError.self) {
            _ = try await client(transport).right(to: .authorizeSecurityGroupIngress, on: group, traffic: traffic)
        }
        #expect(error?.code == "dry-run-ignored" && error?.mayHaveTakenEffect == true)
    }

    @Test func `a group tells its name, and EC2's clock`() async throws {
        let body = """
            <DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId><groupName>orders</groupName>\
            <ownerId>111122223333</ownerId><vpcId>vpc-1</vpcId></item></securityGroupInfo></DescribeSecurityGroupsResponse>
            """
        let found = try await client(ScriptedTransport(.answer(200, body, headers: ["Date": "Tue, 01 Jan 2030 00:00:00 GMT"])))
            .describeIdentity(group)
        #expect(found.name == "orders" && found.owner == "111122223333" && found.vpc == "vpc-1")
        #expect(try #require(found.clockAhead) > .seconds(3600))
        let gone = await #expect(throws: APIError.self) {
            _ = try await client(
                ScriptedTransport(.answer(200, "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>"))
            ).describeIdentity(group)
        }
        #expect(gone?.isMissing == true)
    }
}

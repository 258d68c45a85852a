import HTTP
import Model
import Testing

@testable import AWS

struct `Writing a security group's rules` {
    private let group = EC2Answers.group

    @Test func `permissions are grouped by traffic and sorted, each with its description`() async throws {
        let transport = ScriptedTransport(EC2Answers.authorized)
        try await EC2Answers.client(transport).authorizeIngress(
            group,
            [
                EC2Answers.permission("2001:db8::/96", description: "six"),
                EC2Answers.permission("192.0.2.9/32", port: 5433, description: ""),
                EC2Answers.permission("192.0.2.2/32", description: "b"),
                EC2Answers.permission("192.0.2.1/32", description: "a #1"),
            ])
        #expect(
            await transport.bodies == [
                "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-0a1b2c3d4e5f60718"
                    + "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=5432&IpPermissions.1.ToPort=5432"
                    + "&IpPermissions.1.IpRanges.1.CidrIp=192.0.2.1%2F32&IpPermissions.1.IpRanges.1.Description=a+%231"
                    + "&IpPermissions.1.IpRanges.2.CidrIp=192.0.2.2%2F32&IpPermissions.1.IpRanges.2.Description=b"
                    + "&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001%3Adb8%3A%3A%2F96&IpPermissions.1.Ipv6Ranges.1.Description=six"
                    + "&IpPermissions.2.IpProtocol=tcp&IpPermissions.2.FromPort=5433&IpPermissions.2.ToPort=5433"
                    + "&IpPermissions.2.IpRanges.1.CidrIp=192.0.2.9%2F32"
            ])
    }

    @Test func `rules are revoked by their ids, sorted, each once`() async throws {
        let transport = ScriptedTransport(EC2Answers.revoked)
        try await EC2Answers.client(transport).revokeIngress(group, ruleIDs: ["sgr-2", "sgr-1", "sgr-2"])
        #expect(
            await transport.bodies == [
                "Action=RevokeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-0a1b2c3d4e5f60718&SecurityGroupRuleId.1=sgr-1&SecurityGroupRuleId.2=sgr-2"
            ])
    }

    @Test func `nothing to do is no call`() async throws {
        let transport = ScriptedTransport()
        let client = try EC2Answers.client(transport)
        try await client.authorizeIngress(group, [])
        try await client.revokeIngress(group, ruleIDs: [])
        #expect(await transport.requests.isEmpty)
    }

    @Test func `a thousand rules are one call, a thousand and one none`() async throws {
        let transport = ScriptedTransport(EC2Answers.authorized)
        let client = try EC2Answers.client(transport)
        let many = (0...1000).map { EC2Answers.permission("10.0.\($0 / 256).\($0 % 256)/32") }
        try await client.authorizeIngress(group, Array(many.prefix(1000)))
        let error = try await apiError { try await client.authorizeIngress(group, many) }
        #expect(error.code == "too-many")
        let revoke = try await apiError { try await client.revokeIngress(group, ruleIDs: many.indices.map { "sgr-\($0)" }) }
        #expect(revoke.code == "too-many")
        #expect(await transport.requests.count == 1)
    }

    @Test func `one permission twice is refused here, as EC2 would refuse the whole call`() async throws {
        let transport = ScriptedTransport()
        let twice = [
            EC2Answers.permission("192.0.2.1/32", description: "a"), EC2Answers.permission("192.0.2.1/32", description: "b"),
        ]
        let error = try await apiError { try await EC2Answers.client(transport).authorizeIngress(group, twice) }
        #expect(error.code == "duplicate-permission")
        #expect(await transport.requests.isEmpty)
    }

    @Test(arguments: [
        ("drawbridge:orders-db egress-1#4711", "drawbridge:orders-db egress-1#4711"),
        ("é\u{1F600}\n\"<>'`~|\\^%?", "______________"),
        (String(repeating: "x", count: 300), String(repeating: "x", count: 255)),
    ])
    func `a description is brought into EC2's alphabet and length`(given: String, sent: String) {
        #expect(QueryParameters.ruleDescription(given) == sent)
    }

    @Test(arguments: [
        EC2Answers.written("RevokeSecurityGroupIngress", result: "false"),
        EC2Answers.written("RevokeSecurityGroupIngress", result: ""),
        EC2Answers.written(
            "RevokeSecurityGroupIngress",
            more: "<unknownIpPermissionSet><item><ipProtocol>tcp</ipProtocol></item></unknownIpPermissionSet>"),
    ])
    func `a revoke that did not do all is an error, to be read again`(answer: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(answer)
        let error = try await apiError { try await EC2Answers.client(transport).revokeIngress(group, ruleIDs: ["sgr-1"]) }
        #expect(error.disposition == .reread)
        #expect(error.mayHaveTakenEffect)
    }

    @Test func `an empty set of unknown permissions is none`() async throws {
        let transport = ScriptedTransport(EC2Answers.written("RevokeSecurityGroupIngress", more: "<unknownIpPermissionSet/>"))
        try await EC2Answers.client(transport).revokeIngress(group, ruleIDs: ["sgr-1"])
        #expect(await transport.remaining == 0)
    }

    @Test func `a dry run that would be allowed returns, one that would not is denied`() async throws {
        let transport = ScriptedTransport(
            .refusal(412, "DryRunOperation"), .refusal(403, "UnauthorizedOperation"), EC2Answers.authorized)
        let client = try EC2Answers.client(transport)
        let permissions = [EC2Answers.permission("192.0.2.1/32")]
        try await client.authorizeIngress(group, permissions, dryRun: true)
        #expect(await transport.bodies[0].contains("&Version=2016-11-15&DryRun=true&GroupId="))
        let denied = try await apiError { try await client.authorizeIngress(group, permissions, dryRun: true) }
        #expect(denied.isDenied)
        let ignored = try await apiError { try await client.authorizeIngress(group, permissions, dryRun: true) }
        #expect(ignored.code == "dry-run-ignored")
        #expect(ignored.mayHaveTakenEffect)
    }
}

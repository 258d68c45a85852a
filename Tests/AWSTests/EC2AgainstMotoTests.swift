import Foundation
import HTTP
import Model
import Peers
import Testing

@testable import AWS

/// Needs Python with moto, which `make test` installs; without it there is nothing to test against.
@Suite(
    .serialized, .moto(groups: 12),
    .enabled(if: Python.executable != nil, "\(Python.isMissing)"))
struct `EC2 and STS against moto, signatures and the shipped policy enforced` {
    private var moto: MotoServer { MotoServer.current }

    @Test func `the shipped policy is enforced: an action outside it is refused`() {
        #expect(moto.world.outsideThePolicy == "AccessDenied" || moto.world.outsideThePolicy == "UnauthorizedOperation")
    }

    @Test func `a group without rules exists, and is empty`() async throws {
        let group = moto.group(0)
        let reading = try await moto.client(moto.world.drawbridge).describeSecurityGroup(group)
        #expect(reading == SecurityGroup(reference: group, rules: []))
    }

    @Test func `what is authorized reads back, IPv4 and IPv6, and is revoked by its ids`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(1))
        let permissions = [
            EC2Answers.permission("192.0.2.7/32", description: "drawbridge:orders-db egress-7#4711"),
            EC2Answers.permission("2001:db8:7::/96", description: "drawbridge:orders-db six#12 a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*"),
            EC2Answers.permission("192.0.2.8/31", port: 5433, description: "two addresses"),
        ]
        try await client.authorizeIngress(group, permissions)
        let read = try await client.describeSecurityGroup(group)
        let back = read.rules.map { IpPermission(traffic: $0.traffic, cidr: $0.source.cidr!, description: $0.description) }
        #expect(back.sorted() == permissions.sorted())

        let doomed = read.rules.filter { $0.traffic.fromPort == 5432 }.map(\.id)
        try await client.revokeIngress(group, ruleIDs: doomed)
        let left = try await client.describeSecurityGroup(group)
        #expect(left.rules.map(\.source) == [.cidr(CIDR(masking: "192.0.2.8/31")!)])
    }

    @Test func `an authorize of what is there says reread`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(2))
        try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")])
        let error = try await apiError { try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")]) }
        #expect(error.code == "InvalidPermission.Duplicate")
        #expect(error.disposition == .reread)
        #expect(!error.mayHaveTakenEffect)
        #expect(error.requestID != nil)
    }

    @Test func `a revoke of a rule that is gone says reread`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(3))
        try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")])
        let id = try #require(try await client.describeSecurityGroup(group).rules.first).id
        try await client.revokeIngress(group, ruleIDs: [id])
        let error = try await apiError { try await client.revokeIngress(group, ruleIDs: [id]) }
        #expect(error.disposition == .reread, "\(error)")
    }

    @Test func `a group that does not exist is missing, not empty`() async throws {
        let client = try moto.client(moto.world.drawbridge)
        let nowhere = SecurityGroupReference(id: "sg-00000000000000000", region: moto.world.region)
        let error = try await apiError { _ = try await client.describeSecurityGroup(nowhere) }
        #expect(error.isMissing, "\(error)")
        let write = try await apiError { try await client.authorizeIngress(nowhere, [EC2Answers.permission("192.0.2.1/32")]) }
        #expect(write.isMissing, "\(write)")
    }

    @Test func `the sixty-first rule is refused, and no repetition helps`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(4))
        try await client.authorizeIngress(group, (1...60).map { EC2Answers.permission("192.0.2.\($0)/32") })
        #expect(try await client.describeSecurityGroup(group).rules.count == 60)
        let error = try await apiError { try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.61/32")]) }
        #expect(error.code == "RulesPerSecurityGroupLimitExceeded")
        #expect(error.disposition == .permanent)
    }

    @Test func `rules from groups and prefix lists, and all traffic, are read as what they are`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(5))
        // Nobody but a test authorizes these: they go past the client's own authorize.
        let query = try AWSQueryClient(.ec2, version: "2016-11-15", region: moto.world.region, connection: moto.connection())
        var parameters = QueryParameters()
        parameters.add("GroupId", group.id)
        parameters.add("IpPermissions.1.IpProtocol", "-1")
        parameters.add("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")
        parameters.add("IpPermissions.2.IpProtocol", "tcp")
        parameters.add("IpPermissions.2.FromPort", 5432)
        parameters.add("IpPermissions.2.ToPort", 5432)
        parameters.add("IpPermissions.2.Groups.1.GroupId", moto.group(0).id)
        parameters.add("IpPermissions.2.PrefixListIds.1.PrefixListId", moto.world.prefixList)
        let call = client.call(.authorizeSecurityGroupIngress, on: group, parameters)
        _ = try await query.perform(call, signedBy: moto.provider(moto.world.drawbridge))

        let rules = try await client.describeSecurityGroup(group).rules
        #expect(rules.count == 3)
        #expect(rules.contains { $0.source == .cidr(CIDR(masking: "0.0.0.0/0")!) && $0.traffic.protocol == .all })
        #expect(rules.contains { $0.source == .prefixList(moto.world.prefixList) })
        #expect(
            rules.contains {
                if case .securityGroup(moto.group(0).id, _) = $0.source { true } else { false }
            })
    }

    @Test func `a dry run is answered, and changes nothing`() async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(6))
        try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")], dryRun: true)
        try await client.revokeIngress(group, ruleIDs: ["sgr-0123456789abcdef0"], dryRun: true)
        #expect(try await client.describeSecurityGroup(group).rules.isEmpty)
    }

    @Test func `one who may only read reads, and is denied the writes`() async throws {
        let (client, group) = (try moto.client(moto.world.reader), moto.group(7))
        _ = try await client.describeSecurityGroup(group)
        let error = try await apiError { try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")]) }
        #expect(error.isDenied, "\(error)")
        let dry = try await apiError {
            try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")], dryRun: true)
        }
        #expect(dry.isDenied, "\(dry)")
    }

    @Test func `a wrong secret is denied, and no secret stands in the error`() async throws {
        let keys = MotoProcess.Keys(accessKeyID: moto.world.drawbridge.accessKeyID, secretAccessKey: "not-the-secret-at-all")
        let error = try await apiError { _ = try await moto.client(keys).describeSecurityGroup(moto.group(0)) }
        #expect(error.isDenied, "\(error)")
        #expect(error.code == "SignatureDoesNotMatch" || error.code == "AuthFailure")
        #expect(!"\(error)".contains("not-the-secret-at-all"))
    }

    @Test func `unknown keys are denied`() async throws {
        let keys = MotoProcess.Keys(accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x")
        let error = try await apiError { _ = try await moto.client(keys).describeSecurityGroup(moto.group(0)) }
        #expect(error.isDenied, "\(error)")
    }

    @Test func `a group's role is assumed, and its session signs`() async throws {
        let clients = AWSClients(
            transport: moto.transport, metadataTransport: moto.transport, googleTokens: FixedTokens(), runtime: MotoServer.runtime,
            environment: moto.environment.merging([
                "AWS_ACCESS_KEY_ID": moto.world.assumer.accessKeyID, "AWS_SECRET_ACCESS_KEY": moto.world.assumer.secretAccessKey,
            ]) { $1 })
        let group = moto.group(8)
        let direct = try clients.ec2(region: group.region, access: .environment)
        let denied = try await apiError { _ = try await direct.describeSecurityGroup(group) }
        #expect(denied.isDenied)

        let client = try clients.ec2(region: group.region, access: .role(moto.world.roleARN))
        try await client.authorizeIngress(group, [EC2Answers.permission("192.0.2.1/32")])
        #expect(try await client.describeSecurityGroup(group).rules.count == 1)
    }

    @Test func `a token of the cluster is exchanged for a session, by a call without a signature`() async throws {
        let token = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
        try "header.payload.signature\n".write(to: token, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: token) }
        let connection = moto.connection(environment: [
            "AWS_WEB_IDENTITY_TOKEN_FILE": token.path, "AWS_ROLE_ARN": moto.world.roleARN,
        ])
        let sts = try STSClient(connection, region: moto.world.region)
        let chain = CredentialsChain.standard(connection, sts: sts, metadataTransport: moto.transport)

        // moto can't judge an unsigned call while it enforces.
        try await moto.enforce(false)
        let credentials = try await chain.credentials()
        try await moto.enforce(true)
        #expect(credentials.accessKeyID.hasPrefix("ASIA"))
        #expect(try #require(credentials.expiration) > MotoServer.runtime.now().wall)

        let client = try EC2Client(connection, region: moto.world.region, credentials: FixedCredentials(credentials))
        _ = try await client.describeSecurityGroup(moto.group(9))
    }

    @Test func `the caller is named`() async throws {
        let sts = try STSClient(moto.connection(), region: moto.world.region)
        try await moto.enforce(false)
        let caller = try await sts.callerIdentity(signedBy: moto.provider(moto.world.drawbridge))
        try await moto.enforce(true)
        #expect(caller.arn.hasSuffix(":user/drawbridge"))
        #expect(caller.account == "123456789012")
    }
}

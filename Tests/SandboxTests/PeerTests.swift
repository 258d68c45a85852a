import Foundation
import Model
import Sandbox
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The vendors' own programs against the embedded clouds. Each is skipped where it is not on PATH.
@Suite struct PeerTests {
    static let hasAWS = ServedClouds.path(of: "aws") != nil
    static let hasGcloud = ServedClouds.path(of: "gcloud") != nil

    // Skipped without the aws CLI: it is the peer.
    @Test(.enabled(if: hasAWS, "the aws CLI is not on PATH"))
    func `the aws CLI reads, authorizes and revokes rules, with signatures checked`() async throws {
        try await ServedClouds.run { clouds in
            let group = clouds.scenario.securityGroup
            let identity = try await clouds.program("aws", "sts", "get-caller-identity", "--output", "json")
            #expect(identity.status == 0 && identity.output.contains("arn:aws:iam::111122223333:user/sandbox"), "\(identity)")

            let rules = try await clouds.program(
                "aws", "ec2", "describe-security-group-rules", "--filters", "Name=group-id,Values=\(group)", "--page-size", "5",
                "--query", "length(SecurityGroupRules)")
            #expect(rules.output == "8\n", "\(rules)")
            #expect(clouds.servers.box.snapshot.calls.count(.ec2, "DescribeSecurityGroupRules") == 2)

            let added = try await clouds.program(
                "aws", "ec2", "authorize-security-group-ingress", "--group-id", group, "--protocol", "6", "--port", "5432", "--cidr",
                "203.0.113.77/28", "--query", "SecurityGroupRules[].[CidrIpv4,IpProtocol]", "--output", "text")
            #expect(added.output == "203.0.113.64/28\ttcp\n", "\(added)")

            let twice = try await clouds.program(
                "aws", "ec2", "authorize-security-group-ingress", "--group-id", group, "--ip-permissions",
                "IpProtocol=tcp,FromPort=5432,ToPort=5432,IpRanges=[{CidrIp=203.0.113.64/28},{CidrIp=192.0.2.9/32,Description=x}]")
            #expect(twice.status != 0 && twice.output.contains("InvalidPermission.Duplicate"), "\(twice)")

            let gone = try await clouds.program(
                "aws", "ec2", "revoke-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", "5432", "--cidr",
                "203.0.113.64/28", "--query", "Return")
            #expect(gone.output == "true\n", "\(gone)")

            let groups = try await clouds.program(
                "aws", "ec2", "describe-security-groups", "--group-ids", group, "--query",
                "SecurityGroups[0].[length(IpPermissions),length(IpPermissionsEgress)]", "--output", "text")
            #expect(groups.output == "2\t1\n", "\(groups)")
        }
    }

    @Test(.enabled(if: hasAWS, "the aws CLI is not on PATH"))
    func `the aws CLI is told of a wrong secret, a missing right, a dry run and a missing group`() async throws {
        try await ServedClouds.run { clouds in
            let describe = ["ec2", "describe-security-groups"]
            let wrong = try await clouds.program("aws", describe[0], describe[1], adding: ["AWS_SECRET_ACCESS_KEY": "wrong"])
            #expect(wrong.output.contains("AuthFailure"), "\(wrong)")
            let unknown = try await clouds.program("aws", "sts", "get-caller-identity", adding: ["AWS_ACCESS_KEY_ID": "AKIANOBODY"])
            #expect(unknown.output.contains("InvalidClientTokenId"), "\(unknown)")
            let dry = try await clouds.program("aws", describe[0], describe[1], "--dry-run")
            #expect(dry.output.contains("DryRunOperation"), "\(dry)")
            let missing = try await clouds.program("aws", describe[0], describe[1], "--group-ids", "sg-0123456789abcdef0")
            #expect(missing.output.contains("InvalidGroup.NotFound"), "\(missing)")
            clouds.servers.box.step { world, _ in
                world.aws.credentials[clouds.scenario.accessKeyID]?.denied = ["ec2:DescribeSecurityGroups"]
            }
            let denied = try await clouds.program("aws", describe[0], describe[1])
            #expect(denied.output.contains("UnauthorizedOperation"), "\(denied)")
        }
    }

    @Test(.enabled(if: hasAWS, "the aws CLI is not on PATH"))
    func `a role's session credentials are good for EC2, from keys and from an identity token of the metadata server`() async throws {
        try await ServedClouds.run { clouds in
            let role = clouds.scenario.roleARN
            let query = "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]"
            let assumed = try await clouds.program(
                "aws", "sts", "assume-role", "--role-arn", role, "--role-session-name", "test", "--query", query, "--output", "text")
            let parts = assumed.output.split(whereSeparator: \.isWhitespace).map(String.init)
            try #require(parts.count == 3, "\(assumed)")
            let session = ["AWS_ACCESS_KEY_ID": parts[0], "AWS_SECRET_ACCESS_KEY": parts[1], "AWS_SESSION_TOKEN": parts[2]]
            let groups = try await clouds.program(
                "aws", "ec2", "describe-security-groups", "--query", "length(SecurityGroups)", adding: session)
            #expect(groups.output == "1\n", "\(groups)")

            let host = clouds.environment["GCE_METADATA_HOST"] ?? ""
            var request = try #require(
                URL(string: "http://\(host)/computeMetadata/v1/instance/service-accounts/default/identity?audience=x&format=full")
                    .map { URLRequest(url: $0) })
            request.setValue("Google", forHTTPHeaderField: "Metadata-Flavor")
            let (token, _) = try await URLSession.shared.data(for: request)
            let file = clouds.directory.appendingPathComponent("token")
            try token.write(to: file)
            let web = try await clouds.program(
                "env", "-u", "AWS_ACCESS_KEY_ID", "-u", "AWS_SECRET_ACCESS_KEY", "aws", "sts", "get-caller-identity", "--query", "Arn",
                adding: ["AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": file.path, "AWS_ROLE_SESSION_NAME": "web"])
            #expect(web.output == "\"arn:aws:sts::111122223333:assumed-role/drawbridge/web\"\n", "\(web)")
        }
    }

    // Skipped without gcloud: it is the peer. Each call of it takes a second or more, so there are few.
    @Test(.enabled(if: hasGcloud, "gcloud is not on PATH"))
    func `gcloud lists addresses, describes an instance and swaps its address`() async throws {
        try await ServedClouds.run { clouds in
            let list = try await clouds.program(
                "gcloud", "compute", "addresses", "list",
                "--filter=labels.drawbridge=orders-db AND addressType=EXTERNAL AND region:europe-west1",
                "--format=value(name,address,status)")
            #expect(list.status == 0, "\(list)")
            #expect(list.output.split(separator: "\n").count == 7, "\(list)")
            #expect(list.output.contains("egress-1\t203.0.113.1\tRESERVED"), "\(list)")

            let node = try #require(clouds.servers.box.snapshot.nodes.values.map(\.instance).min())
            let described = try await clouds.program(
                "gcloud", "compute", "instances", "describe", node.name, "--zone", node.zone,
                "--format=value(networkInterfaces[0].accessConfigs[0].name)")
            #expect(described.output == "external-nat\n", "\(described)")

            let detached = try await clouds.program(
                "gcloud", "compute", "instances", "delete-access-config", node.name, "--zone", node.zone,
                "--access-config-name=external-nat")
            #expect(detached.status == 0, "\(detached)")
            let attached = try await clouds.program(
                "gcloud", "compute", "instances", "add-access-config", node.name, "--zone", node.zone, "--address=203.0.113.4")
            #expect(attached.status == 0, "\(attached)")
            let address = clouds.servers.box.snapshot.compute.addresses[clouds.scenario.address("egress-4")]
            #expect(address?.status == .inUse)
            #expect(address?.users == [node.description])

            // Several at once go as a batch.
            let deleted = try await clouds.program(
                "gcloud", "compute", "addresses", "delete", "egress-5", "egress-6", "--region", "europe-west1")
            #expect(deleted.status == 0, "\(deleted)")
            let left = clouds.servers.box.snapshot
            #expect(left.compute.addresses.keys.map(\.name).filter { $0.hasPrefix("egress") }.count == 5)
            #expect(left.calls.count(.compute, "batch") >= 1)
        }
    }
}

import HTTP
import Model
import Testing

@testable import AWS

struct `The clients of all groups` {
    private let keys = ["AWS_ACCESS_KEY_ID": "AKIABASE", "AWS_SECRET_ACCESS_KEY": "s"]
    private let role = "arn:aws:iam::1:role/r"

    private func clients(
        _ transport: ScriptedTransport, _ clock: ManualClock, _ more: [String: String] = [:], tokens: FixedTokens = FixedTokens()
    ) -> AWSClients {
        AWSClients(
            transport: transport, metadataTransport: ScriptedTransport(), googleTokens: tokens, runtime: clock.runtime,
            environment: keys.merging(more) { $1 })
    }

    private func group(_ region: String, role: String?) -> Whitelist.Group {
        group(region, access: role.map { .role($0) } ?? .environment)
    }

    private func group(_ region: String, access: AWSAccess) -> Whitelist.Group {
        Whitelist.Group(
            reference: SecurityGroupReference(id: EC2Answers.group.id, region: region), access: access,
            ports: [ManagedPort(protocol: .tcp, ports: 5432...5432)], foreignRules: .report, scope: .ports, ruleQuota: 60,
            keep: [])
    }

    private let rules = EC2Answers.rules([EC2Answers.rule("sgr-1")])

    @Test func `a group's role is assumed once, in its region, and its session signs the calls`() async throws {
        let transport = ScriptedTransport(EC2Answers.session("AssumeRole", expiration: "2026-03-01T13:00:00Z"), rules, rules)
        let (clock, group) = (ManualClock(), group("eu-west-1", role: role))
        let clients = clients(transport, clock)
        for _ in 0..<2 { _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference) }
        #expect(await transport.actions == ["AssumeRole", "DescribeSecurityGroupRules", "DescribeSecurityGroupRules"])
        let requests = await transport.requests
        #expect(requests[0].url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(requests[0].headers["Authorization"]?.contains("Credential=AKIABASE/") == true)
        #expect(requests[1].headers["Authorization"]?.contains("Credential=ASIA1/") == true)
        #expect(requests[1].headers["X-Amz-Security-Token"] == "token-of-ASIA1")
    }

    @Test func `without a role the chain's keys sign`() async throws {
        let transport = ScriptedTransport(rules)
        let group = group("cn-north-1", role: nil)
        _ = try await clients(transport, ManualClock()).ec2(for: group).describeSecurityGroup(group.reference)
        #expect(await transport.requests.map(\.url) == ["https://ec2.cn-north-1.amazonaws.com.cn/"])
        #expect(
            await transport.requests[0].headers["Authorization"]?.contains("Credential=AKIABASE/20260301/cn-north-1/ec2/") == true
        )
    }

    @Test func `a skew that one client met is known to all`() async throws {
        let transport = ScriptedTransport(
            .refusal(400, "RequestExpired", headers: ["Date": "Sun, 01 Mar 2026 13:00:00 GMT"]), rules, rules)
        let clients = clients(transport, ManualClock())
        for region in ["eu-west-1", "us-east-1"] {
            let group = group(region, role: nil)
            _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        }
        #expect(
            await transport.requests.map { $0.headers["X-Amz-Date"] } == [
                "20260301T120000Z", "20260301T130000Z", "20260301T130000Z",
            ])
        #expect(clients.clockSkew == .seconds(3600))
    }

    @Test func `one region and role share the budget of retries`() async throws {
        let transport = ScriptedTransport(Array(repeating: .refusal(503, "RequestLimitExceeded"), count: 200))
        let (clients, group) = (clients(transport, ManualClock(unit: 0)), group("eu-west-1", role: nil))
        for _ in 0..<9 { _ = try await apiError { _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference) } }
        #expect(await transport.requests.count == 9 + 10, "ten retries, whichever way the client was got")
    }

    @Test func `a role that may not be assumed says who needs what`() async throws {
        let transport = ScriptedTransport(.stsRefusal(403, "AccessDenied"))
        let group = group("eu-west-1", role: role)
        let error = try await apiError {
            _ = try await clients(transport, ManualClock()).ec2(for: group).describeSecurityGroup(group.reference)
        }
        #expect(error.api == .credentials)
        #expect(error.operation == "AssumeRole")
        #expect(error.resource == role)
        #expect(error.isDenied)
        #expect(error.message.contains("sts:AssumeRole"))
    }

    @Test func `a role is told the policy's external id, and no error repeats it`() async throws {
        let transport = ScriptedTransport(
            .stsRefusal(403, "AccessDenied"), EC2Answers.session("AssumeRole", expiration: "2026-03-01T13:00:00Z"), rules)
        let group = group("eu-west-1", access: AWSAccess(identity: .environment, roleARN: role, externalID: "orders-7f3a"))
        let clients = clients(transport, ManualClock())
        let error = try await apiError { _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference) }
        #expect(!"\(error)".contains("orders-7f3a"))
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        #expect(await transport.bodies[1].contains("ExternalId=orders-7f3a") == true)
    }

    @Test(arguments: [
        ([:], "eu-central-1"), (["AWS_REGION": "us-west-2"], "us-west-2"), (["AWS_DEFAULT_REGION": "us-west-1"], "us-west-1"),
        (["AWS_PROFILE": "regionless"], "eu-west-1"),
    ])
    func `tokens are exchanged in AWS_REGION, else in the profile's region, else in the group's`(
        variables: [String: String], region: String
    ) async throws {
        let files = try TemporaryFiles()
        let token = try files.write("token", "h.p.s")
        let config = try files.write("config", "[default]\nregion = eu-central-1\n[profile regionless]\noutput = json\n")
        let transport = ScriptedTransport(EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T13:00:00Z"), rules)
        let more = ["AWS_ACCESS_KEY_ID": "", "AWS_CONFIG_FILE": config, "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": role]
        let group = group("eu-west-1", role: nil)
        let clients = clients(transport, ManualClock(), more.merging(variables) { $1 })
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        #expect(
            await transport.requests.map(\.url) == ["https://sts.\(region).amazonaws.com/", "https://ec2.eu-west-1.amazonaws.com/"])
    }

    // MARK: Google's tokens

    @Test func `a Google token goes where the variables say, and to no endpoint of a shared file`() async throws {
        let files = try TemporaryFiles()
        let config = try files.write("config", "[default]\nendpoint_url = https://elsewhere.example\n")
        let session = EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T13:00:00Z")
        let transport = ScriptedTransport(session, session, EC2Answers.session("AssumeRole", expiration: "2026-03-01T13:00:00Z"))
        let tokens = FixedTokens(["h.p.1", "h.p.2"])
        for more in [[:], ["AWS_ENDPOINT_URL_STS": "https://sts.example"]] {
            let clients = clients(transport, ManualClock(), ["AWS_CONFIG_FILE": config].merging(more) { $1 }, tokens: tokens)
            _ = try await clients.credentials(region: "eu-west-1", access: google)
        }
        _ = try await clients(transport, ManualClock(), ["AWS_CONFIG_FILE": config]).credentials(region: "eu-west-1", access: .role(role))
        #expect(
            await transport.requests.map(\.url) == [
                "https://sts.eu-west-1.amazonaws.com/", "https://sts.example/", "https://elsewhere.example/",
            ])
    }

    private var google: AWSAccess { AWSAccess(identity: .google(audience: "drawbridge.example"), roleARN: role, externalID: nil) }

    @Test func `a Google token is made for the policy's audience and exchanged at the region's STS, without a signature`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T13:00:00Z"), rules, rules)
        let (tokens, group) = (FixedTokens(["h.p.s"]), group("cn-north-1", access: google))
        let clients = clients(transport, ManualClock(), tokens: tokens)
        for _ in 0..<2 { _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference) }
        #expect(tokens.audiences == ["drawbridge.example"])
        let requests = await transport.requests
        #expect(requests.map(\.url).first == "https://sts.cn-north-1.amazonaws.com.cn/")
        #expect(requests[0].headers["Authorization"] == nil)
        #expect(await transport.bodies[0].contains("WebIdentityToken=h.p.s") == true)
        #expect(requests[1].headers["Authorization"]?.contains("Credential=ASIA1/") == true)
    }

    @Test func `each exchange takes a new Google token`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.session("AssumeRoleWithWebIdentity", expiration: "2026-03-01T12:15:00Z"), rules,
            EC2Answers.session("AssumeRoleWithWebIdentity", key: "ASIA2", expiration: "2026-03-01T13:00:00Z"), rules)
        let (tokens, clock, group) = (FixedTokens(["h.p.1", "h.p.2"]), ManualClock(), group("eu-west-1", access: google))
        let clients = clients(transport, clock, tokens: tokens)
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        clock.advance(.seconds(1000))
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        #expect(tokens.audiences.count == 2)
        #expect(await transport.bodies[2].contains("WebIdentityToken=h.p.2") == true)
    }

    @Test func `a refused Google token says what the trust policy must pin, and not the token`() async throws {
        let transport = ScriptedTransport(.stsRefusal(403, "AccessDenied"))
        let group = group("eu-west-1", access: google)
        let clients = clients(transport, ManualClock(), tokens: FixedTokens(["h.secretpart.s"]))
        let error = try await apiError { _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference) }
        #expect(error.isDenied && error.api == .credentials)
        #expect(error.message.contains("accounts.google.com:oaud") && error.message.contains("drawbridge.example"))
        #expect(!"\(error)".contains("secretpart"))
    }

    @Test func `without a metadata server the error is the metadata server's own`() async throws {
        let group = group("eu-west-1", access: google)
        let error = try await apiError {
            _ = try await clients(ScriptedTransport(), ManualClock()).ec2(for: group).describeSecurityGroup(group.reference)
        }
        #expect(error.resource == "metadata.google.internal")
    }

    @Test func `an STS that can't be reached says nothing of permissions`() async throws {
        let transport = ScriptedTransport(
            .fail(.tls, received: false), .fail(.tls, received: false), .fail(.tls, received: false), .fail(.tls, received: false))
        let group = group("eu-west-1", role: role)
        let error = try await apiError {
            _ = try await clients(transport, ManualClock()).ec2(for: group).describeSecurityGroup(group.reference)
        }
        #expect(error.operation == "AssumeRole" && error.code == "tls")
        #expect(!error.message.contains("trust policy"), "\(error)")
    }

    @Test func `the session of a role is renewed before it ends, and while STS is away the old one serves`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.session("AssumeRole", expiration: "2026-03-01T13:00:00Z"), rules, .stsRefusal(403, "AccessDenied"), rules)
        let (clock, group) = (ManualClock(), group("eu-west-1", role: role))
        let clients = clients(transport, clock)
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        clock.advance(.seconds(3550))
        _ = try await clients.ec2(for: group).describeSecurityGroup(group.reference)
        #expect(
            await transport.actions == ["AssumeRole", "DescribeSecurityGroupRules", "AssumeRole", "DescribeSecurityGroupRules"])
        #expect(await transport.requests[3].headers["X-Amz-Security-Token"] == "token-of-ASIA1")
    }

    @Test(arguments: ["", "nowhere at all", "eu-west-1/../x"])
    func `a region that is none is an error, not a request`(region: String) async throws {
        let transport = ScriptedTransport()
        let error = try await apiError { _ = try clients(transport, ManualClock()).ec2(region: region, access: .environment) }
        #expect(error.disposition == .permanent)
    }

    @Test func `the caller is asked for by name`() async throws {
        let transport = ScriptedTransport(
            .answer(
                200,
                """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
                </GetCallerIdentityResult></GetCallerIdentityResponse>
                """))
        let caller = try await clients(transport, ManualClock()).callerIdentity(region: "eu-west-1", access: .environment)
        #expect(caller == CallerIdentity(account: "123456789012", arn: "arn:aws:iam::123456789012:user/me", userID: "AIDA"))
        #expect(await transport.bodies == ["Action=GetCallerIdentity&Version=2011-06-15"])
    }
}

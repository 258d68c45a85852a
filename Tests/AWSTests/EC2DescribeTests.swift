import HTTP
import Model
import Testing

@testable import AWS

struct `Describing a security group` {
    private let group = EC2Answers.group

    @Test func `one call in the ordinary case, its body in a fixed order`() async throws {
        let transport = ScriptedTransport(EC2Answers.rules([EC2Answers.rule("sgr-1")]))
        let read = try await EC2Answers.client(transport).describeSecurityGroup(group)
        #expect(
            await transport.bodies == [
                "Action=DescribeSecurityGroupRules&Version=2016-11-15&Filter.1.Name=group-id&Filter.1.Value.1=sg-0a1b2c3d4e5f60718&MaxResults=1000"
            ])
        #expect(
            read.rules == [
                SecurityGroupRule(
                    id: "sgr-1", traffic: Traffic(protocol: .tcp, fromPort: 5432, toPort: 5432),
                    source: .cidr(CIDR(masking: "192.0.2.1/32")!), description: "")
            ])
        let request = try #require(await transport.requests.first)
        #expect(request.url == "https://ec2.eu-west-1.amazonaws.com/")
        #expect(request.headers["Host"] == "ec2.eu-west-1.amazonaws.com")
        #expect(request.headers["X-Amz-Date"] == "20260301T120000Z")
        #expect(
            request.headers["Authorization"]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-west-1/ec2/aws4_request, SignedHeaders=") == true)
    }

    @Test func `all pages are read, and an empty page is not the end`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.rules([EC2Answers.rule("sgr-1")], nextToken: "a+/= b"), EC2Answers.rules([], nextToken: "c"),
            EC2Answers.rules([EC2Answers.rule("sgr-2")]))
        let read = try await EC2Answers.client(transport).describeSecurityGroup(group)
        #expect(read.rules.map(\.id) == ["sgr-1", "sgr-2"])
        #expect(await transport.bodies[1].hasSuffix("&MaxResults=1000&NextToken=a%2B%2F%3D+b"))
        #expect(await transport.bodies[2].hasSuffix("&NextToken=c"))
    }

    @Test func `a token that comes twice is an error, not a loop`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.rules([EC2Answers.rule("sgr-1")], nextToken: "a"),
            EC2Answers.rules([EC2Answers.rule("sgr-2")], nextToken: "a"))
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.code == "repeated-token")
    }

    @Test func `pages have an end`() async throws {
        let pages = (0..<30).map { EC2Answers.rules([EC2Answers.rule("sgr-\($0)")], nextToken: "t\($0)") }
        let transport = ScriptedTransport(pages)
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.code == "too-many-pages")
        #expect(await transport.requests.count == EC2Client.pageLimit)
    }

    @Test func `a rule that comes twice is an error`() async throws {
        let transport = ScriptedTransport(EC2Answers.rules([EC2Answers.rule("sgr-1"), EC2Answers.rule("sgr-1")]))
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.disposition == .reread)
    }

    @Test func `every kind of source is read`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.rules([
                EC2Answers.rule("sgr-1", source: "<cidrIpv6>2001:db8::/32</cidrIpv6>", description: "a &amp; b"),
                EC2Answers.rule("sgr-2", source: "<prefixListId>pl-1</prefixListId>"),
                EC2Answers.rule(
                    "sgr-3", source: "<referencedGroupInfo><groupId>sg-2</groupId><userId>1</userId></referencedGroupInfo>"),
                EC2Answers.rule("sgr-4", protocol: "-1", from: "-1", to: "-1", source: "<cidrIpv4>0.0.0.0/0</cidrIpv4>"),
                EC2Answers.rule("sgr-5", protocol: "47", from: nil, to: nil),
                EC2Answers.rule("sgr-6", egress: "true", protocol: "-1", source: "<cidrIpv4>0.0.0.0/0</cidrIpv4>"),
            ]))
        let rules = try await EC2Answers.client(transport).describeSecurityGroup(group).rules
        #expect(rules.map(\.id) == ["sgr-1", "sgr-2", "sgr-3", "sgr-4", "sgr-5"])
        #expect(
            rules.map(\.source) == [
                .cidr(CIDR(masking: "2001:db8::/32")!), .prefixList("pl-1"), .securityGroup("sg-2", userID: "1"),
                .cidr(CIDR(masking: "0.0.0.0/0")!), .cidr(CIDR(masking: "192.0.2.1/32")!),
            ])
        #expect(rules.map(\.traffic.protocol) == [.tcp, .tcp, .tcp, .all, .number(47)])
        #expect(rules[0].description == "a & b")
    }

    @Test(
        arguments: [
            EC2Answers.rule("sgr-2", source: ""),
            EC2Answers.rule("sgr-2", source: "<cidrIpv4>192.0.2.1/32</cidrIpv4><prefixListId>pl-1</prefixListId>"),
            EC2Answers.rule("sgr-2", source: "<newKindOfSource>x</newKindOfSource>"),
            EC2Answers.rule("sgr-2", source: "<cidrIpv4>192.0.2.1/33</cidrIpv4>"),
            EC2Answers.rule("sgr-2", source: "<cidrIpv4>2001:db8::/32</cidrIpv4>"),
            EC2Answers.rule("sgr-2", source: "<cidrIpv6>somewhere</cidrIpv6>"),
            EC2Answers.rule("sgr-2", group: "sg-another"),
            EC2Answers.rule("sgr-2", group: "sg-another", egress: "true"),
            EC2Answers.rule("sgr-2", egress: "perhaps"),
            EC2Answers.rule("sgr-2", protocol: "carrier-pigeon"),
            EC2Answers.rule("sgr-2", from: "many"),
            EC2Answers.rule("sgr-2", to: "65536"),
            EC2Answers.rule(""),
            "<thing/>",
        ])
    func `a rule that can't be understood fails the whole reading`(item: String) async throws {
        let clock = ManualClock()
        let transport = ScriptedTransport(EC2Answers.rules([EC2Answers.rule("sgr-1"), item]))
        let error = try await apiError { _ = try await EC2Answers.client(transport, clock).describeSecurityGroup(group) }
        #expect(error.code == "malformed-rule")
        #expect(error.disposition == .permanent)
    }

    @Test func `no inbound rule is believed once the group is seen to exist`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.rules([EC2Answers.rule("sgr-9", egress: "true")]), EC2Answers.groups([group.id]))
        let read = try await EC2Answers.client(transport).describeSecurityGroup(group)
        #expect(read.rules.isEmpty)
        #expect(await transport.bodies[1] == "Action=DescribeSecurityGroups&Version=2016-11-15&GroupId.1=sg-0a1b2c3d4e5f60718")
    }

    @Test(arguments: [EC2Answers.groups([]), EC2Answers.groups(["sg-another"]), .refusal(400, "InvalidGroup.NotFound")])
    func `no inbound rule of a group that is not there is missing, not empty`(second: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(EC2Answers.rules([]), second)
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.isMissing)
        #expect(error.unknown.cause == .missing)
    }

    @Test func `two answers that contradict one another are no reading`() async throws {
        let transport = ScriptedTransport(
            EC2Answers.rules([]), EC2Answers.groups([group.id], permissions: "<item><ipProtocol>-1</ipProtocol></item>"))
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.disposition == .reread)
    }

    @Test(
        arguments: [
            "", "not XML", "<html><body>Welcome to the hotel</body></html>",
            "<DescribeSecurityGroupRulesResponse><requestId>r</requestId></DescribeSecurityGroupRulesResponse>",
            "<DescribeSecurityGroupRulesResponse><securityGroupRuleSet><item>",
            "<!DOCTYPE x [<!ENTITY e 'e'>]><DescribeSecurityGroupRulesResponse><securityGroupRuleSet/></DescribeSecurityGroupRulesResponse>",
        ])
    func `a success that is none of EC2's is no reading`(body: String) async throws {
        let transport = ScriptedTransport((0..<8).map { _ in .answer(200, body) })
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(group) }
        #expect(error.code == "malformed-answer")
    }

    @Test func `a group of another region is not asked for here`() async throws {
        let transport = ScriptedTransport()
        let other = SecurityGroupReference(id: "sg-1", region: "us-east-1")
        let error = try await apiError { _ = try await EC2Answers.client(transport).describeSecurityGroup(other) }
        #expect(error.disposition == .permanent)
        #expect(await transport.requests.isEmpty)
    }
}

import HTTP
import Model

@testable import AWS

/// Answers of EC2 and STS in their wire form, and clients that are given them.
enum EC2Answers {
    static let group = SecurityGroupReference(id: "sg-0a1b2c3d4e5f60718", region: "eu-west-1")

    static func rule(
        _ id: String, group: String = Self.group.id, egress: String = "false", protocol: String = "tcp", from: String? = "5432",
        to: String? = "5432", source: String = "<cidrIpv4>192.0.2.1/32</cidrIpv4>", description: String = ""
    ) -> String {
        let ports = (from.map { "<fromPort>\($0)</fromPort>" } ?? "") + (to.map { "<toPort>\($0)</toPort>" } ?? "")
        return """
            <item><securityGroupRuleId>\(id)</securityGroupRuleId><groupId>\(group)</groupId><groupOwnerId>123456789012</groupOwnerId>\
            <isEgress>\(egress)</isEgress><ipProtocol>\(`protocol`)</ipProtocol>\(ports)\(source)\
            <description>\(description)</description><tagSet/></item>
            """
    }

    static func rules(_ items: [String], nextToken: String? = nil) -> ScriptedTransport.Step {
        .answer(
            200,
            """
            <DescribeSecurityGroupRulesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>\
            <securityGroupRuleSet>\(items.joined())</securityGroupRuleSet>\(nextToken.map { "<nextToken>\($0)</nextToken>" } ?? "")\
            </DescribeSecurityGroupRulesResponse>
            """)
    }

    static func groups(_ ids: [String], permissions: String = "") -> ScriptedTransport.Step {
        let items = ids.map {
            "<item><groupId>\($0)</groupId><groupName>g</groupName><ipPermissions>\(permissions)</ipPermissions></item>"
        }
        return .answer(
            200,
            """
            <DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>\
            <securityGroupInfo>\(items.joined())</securityGroupInfo></DescribeSecurityGroupsResponse>
            """)
    }

    static func written(_ operation: String, result: String = "true", more: String = "") -> ScriptedTransport.Step {
        .answer(
            200,
            """
            <\(operation)Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>\
            <return>\(result)</return>\(more)</\(operation)Response>
            """)
    }

    static let authorized = written("AuthorizeSecurityGroupIngress")
    static let revoked = written("RevokeSecurityGroupIngress")

    /// What AssumeRole and its kin answer.
    static func session(_ operation: String, key: String = "ASIA1", expiration: String, headers: HTTPHeaders = [:])
        -> ScriptedTransport.Step
    {
        .answer(
            200,
            """
            <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(operation)Result><Credentials>\
            <AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token-of-\(key)</SessionToken>\
            <Expiration>\(expiration)</Expiration></Credentials></\(operation)Result></\(operation)Response>
            """, headers: headers)
    }

    static let keys = FixedCredentials(
        AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI"), sessionToken: nil, expiration: nil,
            source: "test"))

    static func connection(
        _ transport: any HTTPTransport, _ clock: ManualClock, environment: [String: String] = [:]
    ) -> AWSConnection {
        AWSConnection(transport: transport, runtime: clock.runtime, environment: AWSEnvironment(environment), skew: ClockSkew())
    }

    static func client(_ transport: any HTTPTransport, _ clock: ManualClock = ManualClock()) throws -> EC2Client {
        try EC2Client(connection(transport, clock), region: "eu-west-1", credentials: keys)
    }

    static func permission(_ cidr: String, port: Int = 5432, description: String = "drawbridge:orders-db egress-1#4711")
        -> IpPermission
    {
        IpPermission(
            traffic: Traffic(protocol: .tcp, fromPort: port, toPort: port), cidr: CIDR(masking: cidr)!, description: description)
    }
}

/// The error that a body throws; records an issue when it throws none.
func apiError(_ body: () async throws -> Void) async throws -> APIError {
    do {
        try await body()
    } catch let error as APIError {
        return error
    }
    throw NothingThrown()
}

struct NothingThrown: Error {}

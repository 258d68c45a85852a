import HTTP
import Model

@testable import AWS

/// Answers of EC2 and STS, right and wrong, to every call that is made of them.
enum EC2Driver {
    private static let secret = "wJalrXUtnFEMIK7MDENGbPxRfiCY"
    private static let token = "FwoGZXIvYXdzEDsessionToken"
    private static let group = SecurityGroupReference(id: "sg-0a1b2c3d", region: "eu-west-1")
    private static let keys = FixedCredentials(
        AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(secret), sessionToken: Secret(token), expiration: nil, source: "fuzz"))

    static func run(_ input: [UInt8]) async throws {
        try await describe(input)
        try await call(input) { connection throws(APIError) in
            let permission = IpPermission(
                traffic: Traffic(protocol: .tcp, fromPort: 5432, toPort: 5432), cidr: CIDR(masking: "192.0.2.1/32")!,
                description: "drawbridge:orders-db acme/europe-west1/egress-1#4711")
            try await client(connection).authorizeIngress(group, [permission], gate: WriteGate { true })
        }
        try await call(input) { connection throws(APIError) in
            try await client(connection).revokeIngress(group, ruleIDs: ["sgr-1"], dryRun: true, gate: WriteGate { true })
        }
        try await call(input) { connection throws(APIError) in
            _ = try await STSClient(connection, region: "eu-west-1").callerIdentity(signedBy: keys)
        }
        try await call(input) { connection throws(APIError) in
            _ = try await STSClient(connection, region: "eu-west-1").assumeRole(
                "arn:aws:iam::123456789012:role/r", sessionName: "s", externalID: nil, durationSeconds: nil, signedBy: keys)
        }
    }

    private static func describe(_ input: [UInt8]) async throws {
        var read: SecurityGroup?
        try await call(input) { connection throws(APIError) in
            read = try await client(connection).describeSecurityGroup(group)
        }
        guard let read else { return }
        try require(Set(read.rules.map(\.id)).count == read.rules.count, "a rule's id stands twice")
        for rule in read.rules {
            if let block = rule.source.cidr { try require(CIDR(masking: block.description) == block, "the block \(block)") }
            try require(!rule.id.isEmpty, "a rule without an id")
            _ = RuleOwner(description: rule.description)
        }
    }

    private static func client(_ connection: AWSConnection) throws(APIError) -> EC2Client {
        try EC2Client(connection, region: "eu-west-1", credentials: keys)
    }

    private static func call(_ input: [UInt8], _ body: (AWSConnection) async throws(APIError) -> Void) async throws {
        let transport = FuzzTransport(input)
        do throws(APIError) {
            try await body(
                AWSConnection(
                    transport: transport, runtime: FuzzClock().runtime, environment: AWSEnvironment([:]), skew: ClockSkew()))
        } catch {
            // Servers repeat requests in refusals; a success has no reason to hold the keys that it was asked with.
            let isRefusal = !(200..<300).contains(error.httpStatus ?? 0)
            try error.check(secrets: isRefusal ? [secret, token] : [])
        }
        try transport.check()
    }
}

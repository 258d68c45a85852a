import Foundation
import HTTP
import Locking
import Model
import Peers
import Reporting
import Testing

@testable import AWS

struct `Databases of RDS` {
    private func client(_ transport: ScriptedTransport) throws -> RDSClient {
        let connection = AWSConnection(
            transport: transport, runtime: ManualClock().runtime, environment: AWSEnvironment([:]), skew: ClockSkew())
        let keys = AWSCredentials(
            accessKeyID: "AKIA", secretAccessKey: Secret("secret"), sessionToken: nil, expiration: nil, source: "a test")
        return try RDSClient(connection, region: "eu-west-1", credentials: FixedCredentials(keys))
    }

    private func page(_ instances: String, marker: String? = nil) -> ScriptedTransport.Step {
        .answer(
            200,
            """
            <DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult>
            \(marker.map { "<Marker>\($0)</Marker>" } ?? "")<DBInstances>\(instances)</DBInstances>
            </DescribeDBInstancesResult></DescribeDBInstancesResponse>
            """)
    }

    private func instance(_ name: String, isPublic: Bool = true, port: Int? = 5432, groups: [String] = ["sg-1"]) -> String {
        """
        <DBInstance><DBInstanceIdentifier>\(name)</DBInstanceIdentifier><Engine>postgres</Engine>\
        \(port.map { "<Endpoint><Address>x</Address><Port>\($0)</Port></Endpoint>" } ?? "")\
        <PubliclyAccessible>\(isPublic)</PubliclyAccessible><VpcSecurityGroups>\
        \(groups.map { "<VpcSecurityGroupMembership><VpcSecurityGroupId>\($0)</VpcSecurityGroupId></VpcSecurityGroupMembership>" }.joined())\
        </VpcSecurityGroups></DBInstance>
        """
    }

    @Test func `are read from all pages, each with its groups, port and reachability`() async throws {
        let transport = ScriptedTransport(
            page(instance("b", isPublic: false, port: nil, groups: []), marker: "m&amp;1"), page(instance("a", groups: ["sg-1", "sg-2"])))
        let found = try await client(transport).describeInstances()
        #expect(
            found == [
                DBInstance(name: "a", engine: "postgres", port: 5432, isPubliclyAccessible: true, securityGroups: ["sg-1", "sg-2"]),
                DBInstance(name: "b", engine: "postgres", port: nil, isPubliclyAccessible: false, securityGroups: []),
            ])
        let requests = await transport.requests
        #expect(requests.map(\.url) == Array(repeating: "https://rds.eu-west-1.amazonaws.com/", count: 2))
        let bodies = await transport.bodies
        #expect(bodies[0].contains("Version=2014-10-31") && bodies[1].hasSuffix("Marker=m%261"))
    }

    @Test func `are unread when a marker comes twice, a name is missing, or it is no list`() async throws {
        let broken: [[ScriptedTransport.Step]] = [
            Array(repeating: page(instance("a"), marker: "m"), count: 9),
            [page("<DBInstance><Engine>x</Engine></DBInstance>")], [.answer(200, "<DescribeDBInstancesResponse/>")],
        ]
        for steps in broken {
            let error = await #expect(throws: APIError.self) { _ = try await client(ScriptedTransport(steps)).describeInstances() }
            #expect(error?.code == "malformed-answer" && error?.api == .rds)
        }
    }

    @Test func `need the one right that is rendered for the doctor`() {
        #expect(AWSPermissionsPolicy.diagnosis == RDSOperation.allCases.map { "rds:\($0.rawValue)" })
    }

    @Test func `are denied as an error of RDS`() async throws {
        let error = await #expect(throws: APIError.self) {
            _ = try await client(ScriptedTransport(.stsRefusal(403, "AccessDenied"))).describeInstances()
        }
        #expect(error?.isDenied == true && error?.api == .rds && error?.operation == "DescribeDBInstances")
    }
}

/// Needs Python with moto, as `EC2AgainstMotoTests` does.
@Suite(.serialized, .moto(groups: 3), .enabled(if: Python.executable != nil, "\(Python.isMissing)"))
struct `A diagnosis against moto, signatures and policies enforced` {
    private var moto: MotoServer { MotoServer.current }
    private let traffic = Traffic(protocol: .tcp, fromPort: 5432, toPort: 5432)

    @Test(arguments: EC2Operation.allCases)
    func `each right of the shipped policy is there, and nothing changes`(_ operation: EC2Operation) async throws {
        let (client, group) = (try moto.client(moto.world.drawbridge), moto.group(0))
        #expect(try await client.right(to: operation, on: group, traffic: traffic) == .allowed)
        #expect(try await client.describeSecurityGroup(group).rules.isEmpty)
        #expect(try await client.describeIdentity(group).name == "group-0")
    }

    @Test(arguments: EC2Operation.allCases)
    func `who may only read has the reads`(_ operation: EC2Operation) async throws {
        let right = try await moto.client(moto.world.reader).right(to: operation, on: moto.group(1), traffic: traffic)
        if case .denied = right { #expect(operation.writes) } else { #expect(right == .allowed && !operation.writes, "\(right)") }
    }

    @Test func `databases are listed to who may, and a refusal is one`() async throws {
        let connection = moto.connection()
        func client(_ keys: MotoProcess.Keys) throws -> RDSClient {
            try RDSClient(connection, region: moto.world.region, credentials: moto.provider(keys))
        }
        let denied = await #expect(throws: APIError.self) { _ = try await client(moto.world.drawbridge).describeInstances() }
        #expect(denied?.isDenied == true, "\(String(describing: denied))")

        try await moto.enforce(false)
        let query = try AWSQueryClient(.rds, version: "2014-10-31", region: moto.world.region, connection: connection)
        var parameters = QueryParameters()
        for (name, value) in [
            ("DBInstanceIdentifier", "orders"), ("Engine", "postgres"), ("DBInstanceClass", "db.t3.micro"), ("AllocatedStorage", "20"),
            ("MasterUsername", "someone"), ("MasterUserPassword", "for-a-test-only"), ("PubliclyAccessible", "true"), ("Port", "5432"),
            ("VpcSecurityGroupIds.VpcSecurityGroupId.1", moto.group(2).id),
        ] { parameters.add(name, value) }
        let call = QueryCall(
            operation: Preparation.createDBInstance, resource: "orders", parameters: parameters, gate: nil, policy: .reads,
            budget: Locked(RetryBudget(capacity: 1, refillPerSecond: 0, now: MotoServer.runtime.now().instant)), secrets: [])
        _ = try await query.perform(call, signedBy: moto.provider(moto.world.drawbridge))
        let found = try await client(moto.world.drawbridge).describeInstances()
        try await moto.enforce(true)
        #expect(
            found == [
                DBInstance(
                    name: "orders", engine: "postgres", port: 5432, isPubliclyAccessible: true, securityGroups: [moto.group(2).id])
            ])
    }
}

/// What the tool never calls: for the world to have something in it.
private enum Preparation: String, QueryOperation {
    case createDBInstance = "CreateDBInstance"
}

import AWS
import Foundation
import GCP
import HTTP
import Model
import Sandbox
import Testing

/// Over real connections: this project's own HTTP client, and its clients of Compute Engine and EC2 in their ordinary
/// configuration.
@Suite struct WireTests {
    private static let limits = HTTPLimits(connect: .seconds(5), total: .seconds(20), idle: .seconds(20), responseBytes: 1 << 20)

    private static func transport() -> HTTPClient {
        HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: .none, userAgent: "sandbox-tests"))
    }

    private func compute(_ clouds: ServedClouds, key: Bool = false) throws -> ComputeClient {
        let transport = Self.transport()
        var environment = clouds.environment
        if key {
            environment["GOOGLE_APPLICATION_CREDENTIALS"] = clouds.directory.appendingPathComponent("service-account.json").path
        }
        return ComputeClient(
            endpoint: try ComputeEndpoint(environment: environment), transport: transport,
            tokens: try GCPIdentity.tokenSource(
                environment: environment, transport: transport, direct: transport, runtime: clouds.runtime),
            runtime: clouds.runtime, retries: .standard)
    }

    @Test func `each API answers on its own port, with a Date`() async throws {
        try await ServedClouds.run { clouds in
            let http = Self.transport()
            let endpoints = clouds.servers.endpoints
            #expect(
                Set([endpoints.compute, endpoints.metadata, endpoints.oauth, endpoints.ec2, endpoints.sts, endpoints.kubernetes]).count == 6
            )
            for (url, status) in [
                (endpoints.compute + "projects/acme-prod", 401), (endpoints.metadata + "/", 200), (endpoints.ec2 + "/", 401),
                (endpoints.sts + "/?Action=GetCallerIdentity", 403), (endpoints.kubernetes + "/version", 200),
            ] {
                let answer = try await http.send(HTTPRequest("GET", url, limits: Self.limits))
                #expect(answer.status == status, "\(url)")
                #expect(answer.headers["Date"] != nil, "\(url)")
            }
            await http.shutdown()
        }
    }

    @Test func `the compute client finds what the account lacks, and what can't be asked`() async throws {
        let lacking: [(Set<String>, [String]?)] = [
            ([], []), (["compute.instances.addAccessConfig"], ["compute.instances.addAccessConfig"]),
            (
                ["compute.subnetworks.useExternalIp", "compute.addresses.use"],
                ["compute.addresses.use", "compute.subnetworks.useExternalIp"]
            ),
            (["compute.instances.list"], nil), (["compute.subnetworks.list", "compute.addresses.use"], ["compute.addresses.use"]),
        ]
        try await ServedClouds.run { clouds in
            let node = try #require(clouds.servers.box.snapshot.nodes.values.map(\.instance).min())
            let address = clouds.scenario.address("egress-1")
            for (denied, expected) in lacking {
                clouds.servers.box.step { world, _ in world.compute.deniedPermissions = denied }
                // A client of its own: what was answered is remembered.
                let client = try compute(clouds)
                let subnetwork = try await client.getInstance(node).primaryInterface?.subnetwork
                #expect(subnetwork?.name == "default")
                let missing = try? await client.missingPermissions(instance: node, subnetwork: subnetwork, address: address)
                #expect(missing == expected, "\(denied)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `the compute client swaps an address, as the metadata server's account or with a key file`(_ withKey: Bool) async throws {
        try await ServedClouds.run { clouds in
            let client = try compute(clouds, key: withKey)
            let listing = try await client.listAddresses(project: clouds.scenario.project, regions: [], labels: clouds.scenario.labels)
            #expect(listing.isComplete)
            #expect(listing.addresses.count == 7)
            let node = try #require(clouds.servers.box.snapshot.nodes.values.map(\.instance).min())
            let before = try await client.getInstance(node)
            let config = try #require(before.accessConfig)
            try await client.deleteAccessConfig(
                instance: node, networkInterface: "nic0", accessConfig: config.name, requestID: clouds.runtime.uuid(), limit: .seconds(10),
                gate: WriteGate { true })
            let address = try #require(listing.addresses.first)
            try await client.addAccessConfig(
                instance: node, networkInterface: "nic0", name: config.name, natIP: address.ip, networkTier: address.networkTier,
                requestID: clouds.runtime.uuid(), limit: .seconds(10),
                gate: WriteGate { true })
            let after = try await client.getInstance(node)
            #expect(after.accessConfig?.natIP == address.ip)
            #expect(after.id == before.id)
            guard case .found(let held) = try await client.getAddress(address.reference) else {
                Issue.record("the address is gone")
                return
            }
            #expect(held.users == [.instance(node)])
            let grants = clouds.servers.box.snapshot.calls.count(.oauth, "jwt-bearer")
            #expect(grants == (withKey ? 1 : 0))
        }
    }

    @Test func `a Google token of the metadata server takes the role`() async throws {
        try await ServedClouds.run { clouds in
            let transport = Self.transport()
            let clients = AWSClients(
                transport: transport, metadataTransport: transport,
                googleTokens: MetadataTokens(clouds: clouds, transport: transport), runtime: clouds.runtime,
                environment: clouds.environment.filter { !$0.key.hasPrefix("AWS_ACCESS") && !$0.key.hasPrefix("AWS_SECRET") })
            let access = AWSAccess(
                identity: .google(audience: "sts.amazonaws.com"), roleARN: clouds.scenario.roleARN, externalID: nil)
            let caller = try await clients.callerIdentity(region: clouds.scenario.awsRegion, access: access)
            #expect(caller.account == clouds.scenario.awsAccount)
            #expect(caller.arn.contains(":assumed-role/drawbridge/"))
            let calls = clouds.servers.box.snapshot.calls
            #expect(calls.count(.sts, "AssumeRoleWithWebIdentity") == 1)
            #expect(calls.count(.metadata, "identity") == 1)
        }
    }

    @Test func `the EC2 client authorizes and revokes a thousand rules in a call each`() async throws {
        try await ServedClouds.run({ $0.ruleQuota = 2000 }) { clouds in
            let transport = Self.transport()
            let clients = AWSClients(
                transport: transport, metadataTransport: transport,
                googleTokens: MetadataTokens(clouds: clouds, transport: transport), runtime: clouds.runtime,
                environment: clouds.environment)
            let client = try clients.ec2(region: clouds.scenario.awsRegion, access: .role(clouds.scenario.roleARN))
            let group = clouds.scenario.group
            let traffic = Traffic(protocol: .tcp, fromPort: 5432, toPort: 5432)
            let permissions = (0..<1000).map { number in
                IpPermission(
                    traffic: traffic, cidr: CIDR(IPAddress(family: .v4, bits: 0xC613_0000 + UInt128(number))), description: "test \(number)"
                )
            }
            let before = try await client.describeSecurityGroup(group)
            try await client.authorizeIngress(group, permissions, gate: WriteGate { true })
            let between = try await client.describeSecurityGroup(group)
            #expect(between.rules.count == before.rules.count + 1000)
            let added = Set(between.rules.map(\.id)).subtracting(before.rules.map(\.id))
            try await client.revokeIngress(group, ruleIDs: Array(added), gate: WriteGate { true })
            #expect(try await client.describeSecurityGroup(group) == before)
            let calls = clouds.servers.box.snapshot.calls
            #expect(calls.count(.ec2, "AuthorizeSecurityGroupIngress") == 1)
            #expect(calls.count(.ec2, "RevokeSecurityGroupIngress") == 1)
            #expect(calls.count(.sts, "AssumeRole") == 1)
        }
    }

    @Test func `a dropped answer ends the connection, and its effect stands`() async throws {
        try await ServedClouds.run { clouds in
            let token = clouds.servers.box.step { world, now in
                world.faults = [Fault(.compute, "instances.delete", .dropAnswer)]
                return world.google.issueToken(for: "t", lifetime: .seconds(60), now: now).exposed
            }
            let node = try #require(clouds.servers.box.snapshot.nodes.values.map(\.instance).min())
            let http = Self.transport()
            let request = HTTPRequest(
                "DELETE", clouds.servers.endpoints.compute + node.description, headers: ["Authorization": "Bearer \(token)"],
                limits: Self.limits)
            await #expect(throws: HTTPError.self) { try await http.send(request) }
            #expect(clouds.servers.box.snapshot.compute.instances[node]?.status != "RUNNING")
            await http.shutdown()
        }
    }

    @Test func `after a stop nothing listens`() async throws {
        var url = ""
        try await ServedClouds.run { url = $0.servers.endpoints.metadata }
        let http = Self.transport()
        let request = HTTPRequest("GET", url + "/", limits: Self.limits)
        await #expect(throws: HTTPError.self) { try await http.send(request) }
        await http.shutdown()
    }
}

import Model
import PolicyFile
import Testing

private func example(_ name: String) throws -> [Whitelist] {
    try PolicyFile.parse(Golden.bytes(name, in: Golden.policies), name: name)
}

private let group = SecurityGroupReference(id: "sg-0a1b2c3d4e5f60718", region: "eu-west-1")

@Suite struct `The shipped policies` {
    @Test func `the example says every key`() throws {
        let policies = try example("whitelist-example.yaml")
        let role = "arn:aws:iam::123456789012:role/drawbridge"
        let orders = Whitelist(
            name: "orders-db", suspend: false,
            nodes: Whitelist.Nodes(
                selector: .nodePools(["egress"]), nodePools: ["egress"],
                startupTaint: "startup-taint.cluster-autoscaler.kubernetes.io/drawbridge", maxConcurrentSwaps: 16),
            addresses: Whitelist.Addresses(project: "acme-prod", labels: ["drawbridge": "orders-db"], regions: ["europe-west1"]),
            securityGroups: [
                Whitelist.Group(
                    reference: group, access: AWSAccess(identity: .environment, roleARN: role, externalID: "orders-7f3a"),
                    ports: [ManagedPort(protocol: .tcp, ports: 5432...5432)],
                    foreignRules: .revoke,
                    scope: .ports, ruleQuota: 60,
                    keep: [
                        .cidr(try CIDR(strict: "10.0.0.0/16")), .securityGroup("sg-0123456789abcdef0"),
                        .prefixList("pl-0123456789abcdef0"),
                    ])
            ],
            safety: Whitelist.Safety(maxRevocations: 10, allowEmpty: false),
            alerts: Whitelist.Alerts(unboundAfter: .seconds(900), unassignedAfter: .seconds(120)))
        #expect(policies.first == orders)
        #expect(policies.count == 2)
        let billing = try #require(policies.last)
        #expect(
            billing.nodes?.selector
                == LabelSelector(requirements: [
                    .init(key: "team", operator: .in, values: ["billing"]),
                    .init(key: "cloud.google.com/gke-nodepool", operator: .notIn, values: ["egress"]),
                ]))
        #expect(billing.nodes?.nodePools == [])
        #expect(billing.addresses.regions == [])
        #expect(billing.securityGroups.first?.ports.map(\.description) == ["tcp/3306", "tcp/33060-33062"])
        #expect(billing.securityGroups.first?.foreignRules == .report)
        #expect(
            billing.securityGroups.first?.access
                == AWSAccess(
                    identity: .google(audience: "drawbridge.acme.example"),
                    roleARN: "arn:aws:iam::123456789012:role/drawbridge-google", externalID: nil))
    }

    @Test func `the minimal one takes the defaults`() throws {
        let expected = Whitelist(
            name: "orders-db", suspend: false,
            nodes: Whitelist.Nodes(
                selector: .nodePools(["egress"]), nodePools: ["egress"], startupTaint: nil, maxConcurrentSwaps: 16),
            addresses: Whitelist.Addresses(project: "acme-prod", labels: ["drawbridge": "orders-db"], regions: []),
            securityGroups: [
                Whitelist.Group(
                    reference: group, access: .environment, ports: [ManagedPort(protocol: .tcp, ports: 5432...5432)],
                    foreignRules: .report,
                    scope: .ports, ruleQuota: 60, keep: [])
            ],
            safety: Whitelist.Safety(maxRevocations: 10, allowEmpty: false),
            alerts: Whitelist.Alerts(unboundAfter: .seconds(900), unassignedAfter: .seconds(120)))
        #expect(try example("whitelist-minimal.yaml") == [expected])
    }

    @Test func `the one for Cloud NAT has no nodes`() throws {
        let policies = try example("whitelist-cloud-nat.yaml")
        #expect(policies.map(\.name) == ["nat-to-orders-db"])
        #expect(policies.first?.nodes == nil)
        #expect(policies.first?.securityGroups.first?.foreignRules == .revoke)
    }
}

import Fixtures
import Model
import Reporting
import Testing

@Suite struct `Findings of a pool` {
    private func instance(
        _ number: Int, tier: NetworkTier = .premium, hasAddress: Bool = true, interfaces: Int = 1
    ) -> Instance {
        let config = AccessConfig(name: "external-nat", natIP: Fixture.ephemeralIP(number), networkTier: tier)
        return Instance(
            reference: Fixture.instanceReference(number), id: "\(9000 + number)", status: "RUNNING",
            networkInterfaces: (0..<interfaces).map {
                NetworkInterface(name: "nic\($0)", accessConfigs: $0 == 0 && hasAddress ? [config] : [])
            })
    }

    private func findings(
        _ addresses: [Address], _ nodes: [Node], instances: [Instance] = [], ownNode: String? = nil,
        policy: Whitelist = Fixture.policy(), unknownRegions: [String: Unknown] = [:]
    ) -> [Finding] {
        var examination = PoolExamination(
            policy: policy, addresses: .success(AddressListing(addresses: addresses, unknownRegions: unknownRegions)),
            nodes: .success(nodes), ownNode: ownNode)
        for instance in instances { examination.instances[instance.reference] = .success(instance) }
        return PoolDiagnosis(examination).findings
    }

    private func only(_ check: Finding.Check, _ findings: [Finding]) throws -> Finding {
        let found = findings.filter { $0.check == check }
        #expect(found.count == 1, "\(findings)")
        return try #require(found.first)
    }

    @Test func `addresses enough in region and tier are ok`() throws {
        let found = findings(
            (1...3).map { Fixture.address($0) }, [Fixture.node(1), Fixture.node(2)], instances: [instance(1), instance(2)])
        #expect(found.allSatisfy { $0.severity == .ok }, "\(found)")
        #expect(try only(.supply, found).result == "2 nodes, 3 Addresses")
    }

    @Test func `a pool with fewer addresses than nodes is warned of, with how many are left out`() throws {
        let found = findings([Fixture.address(1)], (1...3).map { Fixture.node($0) }, instances: (1...3).map { instance($0) })
        let supply = try only(.supply, found)
        #expect(supply.severity == .warning && supply.advice?.contains("2 nodes get none") == true)
    }

    @Test func `addresses of the other tier serve nobody`() throws {
        let found = findings([Fixture.address(1, tier: .standard)], [Fixture.node(1)], instances: [instance(1)])
        let supply = try only(.supply, found)
        #expect(supply.severity == .stops && supply.resource == "PREMIUM in europe-west1" && supply.advice?.contains("one tier") == true)
    }

    @Test(arguments: [true, false])
    func `a region with nodes and no address stops the loop where no other is served`(_ isOtherServed: Bool) throws {
        var far = Fixture.node(2)
        far.providerID = "gce://acme-prod/us-central1-a/node-2"
        let nodes = isOtherServed ? [Fixture.node(1), far] : [far]
        let found = findings([Fixture.address(1)], nodes, instances: [instance(1)])
        let supply = try #require(found.first { $0.resource == "us-central1" })
        #expect(supply.severity == (isOtherServed ? .warning : .stops))
    }

    @Test func `a region that could not be read is no region without addresses`() {
        let found = findings([], [Fixture.node(1)], unknownRegions: ["europe-west1": Unknown(.partial, "unreachable")])
        #expect(!found.contains { $0.check == .supply })
        #expect(found.contains { $0.severity == .warning && $0.result.contains("unreachable") })
    }

    /// What is wrong with a node, and the words for it.
    @Test(arguments: ["gk3-", "other project", "no instance", "private"], [true, false])
    func `nodes that can't hold an address are named, and stop the loop where there is no other`(_ what: String, _ isOnly: Bool) throws {
        var node = Fixture.node(1)
        var instances = [instance(2), instance(1)]
        switch what {
        case "gk3-": node.name = "gk3-auto-1"
        case "other project": node.providerID = "gce://elsewhere/europe-west1-b/node-1"
        case "no instance": node.providerID = "aws:///eu-west-1a/i-1"
        default: instances[1] = instance(1, hasAddress: false)
        }
        let found = findings(
            (1...3).map { Fixture.address($0) }, isOnly ? [node] : [node, Fixture.node(2)], instances: instances)
        let misfit = try only(.node, found)
        #expect(misfit.severity == (isOnly ? .stops : .warning) && misfit.resource == node.name && misfit.advice != nil, "\(misfit)")
    }

    @Test func `several interfaces are a warning`() throws {
        let found = findings([Fixture.address(1)], [Fixture.node(1)], instances: [instance(1, interfaces: 2)])
        #expect(try only(.node, found).severity == .warning)
    }

    @Test func `a long list of nodes is cut`() throws {
        let nodes = (1...9).map { number -> Node in
            var node = Fixture.node(number)
            node.providerID = nil
            return node
        }
        #expect(try only(.node, findings([], nodes)).resource == "node-1, node-2, node-3 and 6 more")
    }

    @Test func `the controller's own node, an empty pool and an empty set are warnings`() throws {
        let own = findings([Fixture.address(1)], [Fixture.node(1)], instances: [instance(1)], ownNode: "node-1")
        #expect(try only(.ownNode, own).severity == .warning)
        #expect(try only(.pool, findings([Fixture.address(1)], [])).severity == .warning)
        #expect(try only(.addresses, findings([], [Fixture.node(1)], instances: [instance(1)])).severity == .warning)
    }

    @Test(arguments: [
        (nil as String?, Finding.Severity.ok), (Fixture.taint, .ok), ("acme.example/not-ready", .warning),
    ])
    func `a startup taint must be one that the autoscaler passes over`(_ taint: String?, _ expected: Finding.Severity) throws {
        let policy = Fixture.policy(nodes: Fixture.pool(startupTaint: taint))
        let found = findings([Fixture.address(1)], [Fixture.node(1)], instances: [instance(1)], policy: policy)
        #expect(try only(.startupTaint, found).severity == expected)
    }

    @Test func `a policy without nodes has findings of its addresses only`() {
        let examination = PoolExamination(
            policy: Fixture.policy(nodes: nil), addresses: .success(AddressListing(addresses: [Fixture.address(1)], unknownRegions: [:])),
            nodes: nil, ownNode: "node-1")
        #expect(PoolDiagnosis(examination).findings.map(\.check) == [.addresses])
    }
}

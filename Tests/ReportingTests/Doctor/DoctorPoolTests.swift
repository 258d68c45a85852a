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
        return PoolDiagnosis(examination, missing: []).findings
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
        #expect(found.contains { $0.check == .addresses && $0.result.contains("unreachable") })
    }

    @Test func `a region that could not be read stops the loop where no other serves`() {
        var far = Fixture.node(2)
        far.providerID = "gce://acme-prod/us-central1-a/node-2"
        let unknown = ["europe-west1": Unknown(.denied, "forbidden")]
        func severity(_ nodes: [Node], regions: [String] = []) -> Finding.Severity? {
            var policy = Fixture.policy()
            policy.addresses.regions = regions
            return findings([], nodes, policy: policy, unknownRegions: unknown).first { $0.tried == "addresses of europe-west1" }?.severity
        }
        #expect(severity([Fixture.node(1)]) == .stops)
        #expect(severity([Fixture.node(1), far]) == .warning)
        #expect(severity([far]) == .warning)
        #expect(severity([]) == .warning)
        #expect(severity([far], regions: ["europe-west1"]) == .stops)
        #expect(severity([far], regions: ["europe-west1", "us-central1"]) == .warning)
    }

    @Test(arguments: [401, 403, 500])
    func `nodes that may not be listed stop the loop, unless that right is told of already`(_ status: Int) throws {
        let refusal = APIError(
            api: .kubernetes, operation: "list nodes", resource: "nodes", code: "X", httpStatus: status, message: "",
            disposition: status < 500 ? .denied : .retry(after: nil))
        let examination = PoolExamination(
            policy: Fixture.policy(), addresses: .success(AddressListing(addresses: [Fixture.address(1)], unknownRegions: [:])),
            nodes: .failure(refusal), ownNode: nil)
        let found = try only(.pool, PoolDiagnosis(examination, missing: ["get nodes"]).findings)
        #expect(found.severity == .stops && found.advice?.contains("be reached") == false, "\(found)")
        let told = try only(.pool, PoolDiagnosis(examination, missing: ["list nodes"]).findings)
        #expect(told.severity == (status < 500 ? .notChecked : .stops))
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
        #expect(PoolDiagnosis(examination, missing: []).findings.map(\.check) == [.addresses])
    }

    // MARK: Large pools

    private func node(_ number: Int, zone: String) -> Node {
        var node = Fixture.node(number)
        node.providerID = "gce://acme-prod/\(zone)/node-\(number)"
        return node
    }

    private func read(_ nodes: some Sequence<Node>, tier: NetworkTier = .premium, hasAddress: Bool = true) -> [Instance] {
        nodes.compactMap { node in
            node.instance.map {
                var found = instance(1, tier: tier, hasAddress: hasAddress)
                found.reference = $0
                return found
            }
        }
    }

    @Test func `nodes that were not looked at count among those that need an address`() throws {
        let nodes = (1...120).map { Fixture.node($0) }
        let short = try only(.supply, findings((1...60).map { Fixture.address($0) }, nodes, instances: read(nodes.prefix(50))))
        #expect(short.severity == .warning && short.result == "120 nodes, 60 Addresses (50 of 120 nodes were looked at)", "\(short)")
        #expect(short.advice?.hasPrefix("60 nodes get none") == true)
        let enough = try only(.supply, findings((1...120).map { Fixture.address($0) }, nodes, instances: read(nodes.prefix(50))))
        #expect(enough.severity == .ok && enough.result.contains("50 of 120 nodes were looked at"), "\(enough)")
    }

    @Test func `of two tiers each is counted by what was seen, and the sum by all`() throws {
        let nodes = (1...120).map { Fixture.node($0) }
        let instances = read(nodes.prefix(30)) + read(nodes[30..<50], tier: .standard)
        let found = findings((1...60).map { Fixture.address($0) }, nodes, instances: instances).filter { $0.check == .supply }
        let results = found.map { "\($0.severity) \($0.resource): \($0.result)" }
        #expect(
            results == [
                "ok PREMIUM in europe-west1: 30 nodes, 60 Addresses (50 of 120 nodes were looked at)",
                "warning STANDARD in europe-west1: 20 nodes, 0 Addresses, 60 of the other tier (50 of 120 nodes were looked at)",
                "warning europe-west1: 120 nodes, 60 Addresses of whatever tier (50 of 120 nodes were looked at)",
            ])
    }

    @Test func `a large pool of the wrong tier stops, by its sample`() throws {
        let nodes = (1...120).map { Fixture.node($0) }
        let found = findings((1...200).map { Fixture.address($0, tier: .standard) }, nodes, instances: read(nodes.prefix(50)))
        #expect(try only(.supply, found).severity == .stops)
    }

    /// How many were looked at of how many, and whether these can speak for the others.
    @Test(arguments: [(50, 120, true), (10, 120, true), (9, 120, false), (3, 3, true), (0, 120, false)])
    func `a large private pool stops where enough of it was looked at`(_ looked: Int, _ all: Int, _ isTold: Bool) throws {
        let nodes = (1...all).map { Fixture.node($0) }
        let found = findings((1...200).map { Fixture.address($0) }, nodes, instances: read(nodes.prefix(looked), hasAddress: false))
        let misfit = found.first { $0.check == .node }
        #expect(misfit?.severity == (isTold ? .stops : looked > 0 ? .warning : nil), "\(found)")
        #expect(misfit.map { $0.result.contains("\(looked) of \(all) nodes were looked at") == (looked < all) } ?? true)
        // Nobody claims that addresses reach nodes that can't hold any.
        #expect(!found.contains { $0.check == .supply && $0.severity == .ok })
    }

    @Test func `one public node of a sample keeps a private pool from stopping`() {
        let nodes = (1...120).map { Fixture.node($0) }
        let instances = read(nodes.prefix(49), hasAddress: false) + read(nodes[49..<50])
        let found = findings((1...200).map { Fixture.address($0) }, nodes, instances: instances)
        #expect(!found.contains { $0.severity == .stops } && found.contains { $0.check == .node && $0.severity == .warning })
    }

    @Test func `a pool whose nodes are unfit for different reasons stops as much as for one`() {
        var auto = Fixture.node(1)
        auto.name = "gk3-auto-1"
        var foreign = Fixture.node(2)
        foreign.providerID = "gce://elsewhere/europe-west1-b/node-2"
        let found = findings(
            (1...3).map { Fixture.address($0) }, [auto, foreign, Fixture.node(3)], instances: [instance(3, hasAddress: false)])
        let misfits = found.filter { $0.check == .node }
        #expect(misfits.count == 3 && misfits.allSatisfy { $0.severity == .stops }, "\(misfits)")
    }

    @Test func `a private node in a region with addresses serves nobody in one without`() throws {
        let far = node(2, zone: "us-central1-a")
        let found = findings(
            [Fixture.address(1)], [Fixture.node(1), far], instances: [instance(1, hasAddress: false)] + read([far]))
        #expect(try only(.supply, found).severity == .stops)
    }

    @Test func `a region that was not read may serve, so another without addresses does not stop`() throws {
        let nodes = [Fixture.node(1), node(2, zone: "us-central1-a")]
        let found = findings([], nodes, instances: read(nodes), unknownRegions: ["europe-west1": Unknown(.partial, "unreachable")])
        let supply = try only(.supply, found)
        #expect(supply.resource == "us-central1" && supply.severity == .warning)
    }

    @Test func `nodes of which none could be read are counted, and of their tier nothing is claimed`() throws {
        let nodes = (1...3).map { Fixture.node($0) }
        let enough = try only(.supply, findings((1...3).map { Fixture.address($0) }, nodes))
        #expect(enough.severity == .notChecked && enough.advice != nil)
        #expect(enough.result == "3 nodes, 3 Addresses of whatever tier (0 of 3 nodes were looked at)")
        #expect(try only(.supply, findings([Fixture.address(1)], nodes)).severity == .warning)
    }

    @Test func `a sample has its share of each zone, spread over its names, and is the same each time`() {
        let wide = (1...100).map { node(1000 + $0, zone: "europe-west1-b") }
        let narrow = (1...5).map { node(2000 + $0, zone: "europe-west1-c") }
        let sample = PoolExamination.sample(of: (wide + narrow).shuffled(), limit: 50)
        #expect(sample == PoolExamination.sample(of: wide + narrow, limit: 50) && Set(sample).count == 50)
        #expect(sample.count { $0.zone.hasSuffix("c") } == 5)
        #expect(sample.filter { $0.zone.hasSuffix("b") }.last!.name > "node-1090")
        #expect(PoolExamination.sample(of: narrow, limit: 50).count == 5 && PoolExamination.sample(of: [], limit: 50).isEmpty)
        #expect(PoolExamination.sample(of: wide + narrow, limit: 1).count == 1)
    }
}

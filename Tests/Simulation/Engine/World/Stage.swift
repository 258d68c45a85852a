import Model
import Sandbox

/// The policies of a scenario, and the world at its beginning.
struct Stage {
    static let project = "acme-prod"
    static let region = "europe-west1"
    static let otherRegion = "asia-east1"
    static let zones = ["europe-west1-b", "europe-west1-c"]
    static let account = "111122223333"
    static let otherPool = "default-pool"
    static let namespace = "drawbridge"
    static let leaseName = "drawbridge"
    /// The wall clock at the start; virtual time counts from here.
    static let beginning = Timestamp(secondsSinceEpoch: 1_770_000_000)
    /// What strangers hold: TEST-NET-2, of which nothing is ever reserved here.
    static let foreignBase: UInt128 = 0xC633_6400
    static let kept = CIDR(masking: IPAddress(family: .v4, bits: 0x0A00_0000), prefixLength: 16)

    let scenario: Scenario
    let policies: [Whitelist]

    init(_ scenario: Scenario) {
        self.scenario = scenario
        policies = (0..<scenario[.policies]).map { Self.policy($0, scenario) }
    }

    static func poolName(_ index: Int) -> String { index == 0 ? "egress" : "egress-\(index + 1)" }
    static func labels(_ index: Int) -> [String: String] { ["drawbridge": index == 0 ? "orders-db" : "billing-db"] }
    static func group(_ index: Int) -> SecurityGroupReference {
        SecurityGroupReference(id: "sg-0a1b2c3d4e5f6071\(index)", region: "eu-west-1")
    }
    static func port(_ index: Int) -> ManagedPort { ManagedPort(protocol: .tcp, ports: (5432 + index)...(5432 + index)) }
    static func addressName(_ policy: Int, _ number: Int) -> String { "\(policy == 0 ? "orders" : "billing")-\(number)" }
    static func address(_ name: String) -> AddressReference { AddressReference(project: project, region: region, name: name) }
    static func nodeName(_ pool: String, _ number: Int) -> String { "gke-prod-\(pool)-\(String(number + 0x1000, radix: 16))" }

    /// The node that a replica runs on.
    func ownNode(of replica: Int) -> String? { replica == 0 && scenario[.ownNode] == 1 ? Self.nodeName(Self.poolName(0), 0) : nil }

    private static func policy(_ index: Int, _ scenario: Scenario) -> Whitelist {
        let groups = (0..<scenario[.groups]).map { number in
            Whitelist.Group(
                reference: group(number), access: .environment, ports: [port(index)],
                foreignRules: scenario[.foreignReport] == 1 ? .report : .revoke,
                scope: scenario[.scopeGroup] == 1 ? .group : .ports, ruleQuota: scenario[.quota], keep: [.cidr(kept)])
        }
        return Whitelist(
            name: index == 0 ? "orders-db" : "billing-db", suspend: false,
            nodes: Whitelist.Nodes(
                selector: .nodePools([poolName(index)]), nodePools: [poolName(index)], startupTaint: scenario[.taint] == 1 ? taintKey : nil,
                maxConcurrentSwaps: scenario[.maxSwaps]),
            addresses: Whitelist.Addresses(project: project, labels: labels(index), regions: []), securityGroups: groups,
            safety: Whitelist.Safety(maxRevocations: scenario[.maxRevocations], allowEmpty: scenario[.allowEmpty] == 1),
            alerts: Whitelist.Alerts(unboundAfter: .seconds(900), unassignedAfter: .seconds(120)))
    }

    static let taintKey = "startup-taint.cluster-autoscaler.kubernetes.io/drawbridge"

    var world: World {
        var random = Draw(seed: scenario.seed).generator(.identifiers)
        let machine = GoogleWorld.Machine(
            project: Self.project, projectNumber: 123_456_789_012, zone: Self.zones[0], name: "gke-prod-controller-0000", id: 4711,
            clusterName: "prod",
            clusterLocation: Self.region)
        var settings = ComputeSettings()
        settings.addAccessConfig = .milliseconds(scenario[.operation])
        settings.deleteAccessConfig = .milliseconds(max(100, scenario[.operation] * 3 / 4))
        settings.validatesAtOnce = random.below(2) == 0
        let user = KubernetesAuthority.User(name: "admin", groups: ["system:masters"])
        var world = World(
            compute: ComputeWorld(
                projects: [Self.project: 123_456_789_012], regions: [Self.region: Self.zones, Self.otherRegion: ["asia-east1-a"]],
                settings: settings,
                seed: random.next()),
            ec2: EC2World(seed: random.next()), aws: AWSIdentity(seed: random.next()),
            google: GoogleWorld(
                machine: machine, account: GoogleWorld.ServiceAccount(email: "drawbridge@example.com", uniqueID: "1"), seed: random.next()),
            kubernetes: KubernetesStore(
                seed: random.next(), authority: KubernetesAuthority(tokens: [:], anonymous: user), historyLimit: 200, now: Self.beginning),
            seed: random.next())
        world.settings.nodeAddressLag = .milliseconds(scenario[.nodeLag])
        world.ec2.settings.rulesPerGroup = scenario[.quota]
        if world.kubernetes.object(.namespaces, KubernetesObjectKey(name: Self.namespace)) == nil {
            _ = try? world.kubernetes.create(
                .namespaces, namespace: nil, ["metadata": ["name": .string(Self.namespace)]], now: Self.beginning)
        }
        let old = Self.beginning + .seconds(-7200)
        reserve(&world, old)
        addNodes(&world, old)
        addGroups(&world)
        return world
    }

    private func reserve(_ world: inout World, _ now: Timestamp) {
        for policy in policies.indices {
            for number in 0..<scenario[.addresses] {
                world.compute.reserve(Self.address(Self.addressName(policy, number)), labels: Self.labels(policy), now: now)
            }
        }
        // Somebody else's, on a VM, a forwarding rule and a router.
        let vm = InstanceReference(project: Self.project, zone: Self.zones[0], name: "bastion")
        let other = world.compute.reserve(Self.address("bastion"), now: now)
        var template = ComputeWorld.InstanceTemplate(serviceAccount: "default")
        template.natIP = other.ip
        world.compute.createInstance(vm, template, now: now)
        world.compute.reserve(Self.address("frontend"), users: [Self.forwardingRule], now: now)
        world.compute.reserve(Self.address("nat"), users: [Self.router], now: now)
    }

    static let forwardingRule = "projects/acme-prod/regions/europe-west1/forwardingRules/frontend"
    static let router = "projects/acme-prod/regions/europe-west1/routers/nat"

    private func addNodes(_ world: inout World, _ now: Timestamp) {
        for policy in policies.indices {
            for number in 0..<scenario[.nodes] {
                world.addNode(node(pool: Self.poolName(policy), number: number, tainted: number % 2 == 0), now: now)
            }
        }
        for number in 0..<scenario[.otherNodes] {
            world.addNode(node(pool: Self.otherPool, number: number, tainted: number % 2 == 1), now: now)
        }
        world.advance(to: now + .seconds(60))
        let first = node(pool: Self.poolName(0), number: 0, tainted: false).instance
        for policy in policies.indices {
            for number in 0..<boundNodes { bind(&world, policy, number, old: now) }
        }
        if scenario[.byHand] == 1, let ip = world.compute.instances[first]?.externalIP {
            world.compute.reserve(
                Self.address("by-hand"), ip: ip, users: ["projects/\(Self.project)/zones/\(first.zone)/instances/\(first.name)"], now: now)
        }
    }

    /// The first node may hold what somebody put there by hand: the last ones are bound.
    private var boundNodes: Int {
        max(0, min(scenario[.bound], scenario[.addresses], scenario[.admitted], scenario[.nodes] - scenario[.byHand]))
    }

    /// As this tool would have done it an hour and more ago.
    private func bind(_ world: inout World, _ policy: Int, _ number: Int, old: Timestamp) {
        let instance = node(pool: Self.poolName(policy), number: scenario[.nodes] - 1 - number, tainted: false).instance
        let address = Self.address(Self.addressName(policy, number))
        guard let ip = world.compute.addresses[address]?.ip, let config = world.compute.instances[instance]?.accessConfigs.first else {
            return
        }
        let caller = ComputeWorld.Caller(user: "drawbridge", requestID: nil)
        let wanted = AccessConfig(name: config.name, natIP: ip, networkTier: config.networkTier)
        let start = old + .seconds(120 + 240 * number)
        _ = try? world.compute.deleteAccessConfig(config.name, from: instance, networkInterface: "nic0", caller: caller, now: start)
        world.advance(to: start + .seconds(60))
        _ = try? world.compute.addAccessConfig(
            wanted, to: instance, networkInterface: "nic0", caller: caller, now: start + .seconds(60))
        world.advance(to: start + .seconds(180))
    }

    /// What a pool makes a node from.
    func node(pool: String, number: Int, tainted: Bool) -> NodePlan {
        let name = Self.nodeName(pool, number)
        let taints =
            scenario[.taint] == 1 && tainted ? [Taint(key: Self.taintKey, value: nil, effect: "NoSchedule")] : []
        return NodePlan(
            instance: InstanceReference(project: Self.project, zone: Self.zones[number % 2], name: name), pool: pool, taints: taints,
            template: ComputeWorld.InstanceTemplate(serviceAccount: "default"))
    }

    private func addGroups(_ world: inout World) {
        for number in 0..<scenario[.groups] {
            var rules = [
                EC2Rule(
                    traffic: Traffic(Self.port(0)),
                    source: .cidr(CIDR(masking: IPAddress(family: .v4, bits: 0x0A00_0500), prefixLength: 24)), description: "kept"),
                EC2Rule(traffic: Traffic(protocol: .tcp, fromPort: 22, toPort: 22), source: .cidr(Self.foreign(250)), description: "ssh"),
            ]
            for policy in policies.indices {
                for index in 0..<min(scenario[.admitted], scenario[.addresses]) {
                    guard let address = world.compute.addresses[Self.address(Self.addressName(policy, index))] else { continue }
                    rules.append(
                        Self.ownRule(policies[policy], Self.port(policy), address.ip, name: address.reference.name, id: String(address.id)))
                }
                for index in 0..<scenario[.stale] {
                    rules.append(
                        Self.ownRule(
                            policies[policy], Self.port(policy), Self.foreign(200 + policy * 8 + index).network, name: "gone-\(index)",
                            id: "4\(index)"))
                }
                for index in 0..<scenario[.foreign] {
                    rules.append(
                        EC2Rule(
                            traffic: Traffic(Self.port(policy)), source: .cidr(Self.foreign(220 + policy * 8 + index)), description: "who?")
                    )
                }
            }
            world.ec2.addGroup(
                id: Self.group(number).id, name: "db-\(number)", region: Self.group(number).region, account: Self.account, rules: rules)
        }
    }

    static func foreign(_ number: Int) -> CIDR { CIDR(IPAddress(family: .v4, bits: foreignBase + UInt128(number % 256))) }

    static func ownRule(_ policy: Whitelist, _ port: ManagedPort, _ ip: IPAddress, name: String, id: String) -> EC2Rule {
        EC2Rule(
            traffic: Traffic(port), source: .cidr(CIDR(ip)),
            description: "\(RuleOwner.prefix)\(policy.name) \(project)/\(region)/\(name)#\(id)")
    }
}

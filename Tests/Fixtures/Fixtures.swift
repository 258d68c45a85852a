package import Model
package import Planning

/// Values that tests of several targets share: the policy `orders-db` of DESIGN, its pool, its addresses and its group.
package enum Fixture {
    package static let group = SecurityGroupReference(id: "sg-0a1b2c3d4e5f60718", region: "eu-west-1")
    package static let postgres = ManagedPort(protocol: .tcp, ports: 5432...5432)
    package static let taint = "startup-taint.cluster-autoscaler.kubernetes.io/drawbridge"
    package static let start = Moment(instant: Instant(sinceOrigin: .seconds(1000)), wall: Timestamp(secondsSinceEpoch: 1_770_000_000))

    package static func policy(
        name: String = "orders-db", nodes: Whitelist.Nodes? = pool(), ports: [ManagedPort] = [postgres],
        foreignRules: Whitelist.Group.ForeignRules = .revoke, scope: Whitelist.Group.Scope = .ports, ruleQuota: Int = 60,
        keep: [Whitelist.Group.Keep] = [], maxRevocations: Int = 10, allowEmpty: Bool = false, suspend: Bool = false,
        groups: [SecurityGroupReference] = [group]
    ) -> Whitelist {
        Whitelist(
            name: name, suspend: suspend, nodes: nodes,
            addresses: Whitelist.Addresses(project: "acme-prod", labels: ["drawbridge": "orders-db"], regions: []),
            securityGroups: groups.map {
                Whitelist.Group(
                    reference: $0, access: .environment, ports: ports, foreignRules: foreignRules, scope: scope, ruleQuota: ruleQuota,
                    keep: keep)
            },
            safety: Whitelist.Safety(maxRevocations: maxRevocations, allowEmpty: allowEmpty),
            alerts: Whitelist.Alerts(unboundAfter: .seconds(900), unassignedAfter: .seconds(120)))
    }

    package static func pool(maxConcurrentSwaps: Int = 16, startupTaint: String? = taint) -> Whitelist.Nodes {
        Whitelist.Nodes(
            selector: .nodePools(["egress"]), nodePools: ["egress"], startupTaint: startupTaint, maxConcurrentSwaps: maxConcurrentSwaps)
    }

    /// `egress-1` is 203.0.113.1, with the id 5001.
    package static func address(
        _ number: Int, heldBy node: Int? = nil, users: [AddressUser] = [], region: String = "europe-west1", tier: NetworkTier = .premium,
        labels: [String: String] = ["drawbridge": "orders-db"], id: String? = nil
    ) -> Address {
        let all = users + (node.map { [.instance(instanceReference($0))] } ?? [])
        return Address(
            reference: AddressReference(project: "acme-prod", region: region, name: "egress-\(number)"), id: id ?? "\(5000 + number)",
            ip: reservedIP(number), status: all.isEmpty ? .reserved : .inUse, networkTier: tier, labels: labels, users: all)
    }

    package static func reservedIP(_ number: Int) -> IPAddress { IPAddress(family: .v4, bits: 0xCB00_7100 + UInt128(number)) }
    package static func ephemeralIP(_ number: Int) -> IPAddress { IPAddress(family: .v4, bits: 0xC633_6400 + UInt128(number)) }

    package static func instanceReference(_ number: Int) -> InstanceReference {
        InstanceReference(project: "acme-prod", zone: "europe-west1-b", name: "node-\(number)")
    }

    /// `node-1`, on an instance of the same name with the id 9001; its status shows the ephemeral 198.51.100.1.
    package static func node(
        _ number: Int, tainted: Bool = false, externalIPs: [IPAddress]? = nil, claim: SwapClaim? = nil, isBeingDeleted: Bool = false
    ) -> Node {
        var annotations = [Node.Annotation.instanceID: "\(9000 + number)"]
        if let claim { annotations[Node.Annotation.claim] = claim.json }
        return Node(
            name: "node-\(number)", uid: "uid-\(number)", resourceVersion: "1", labels: ["cloud.google.com/gke-nodepool": "egress"],
            annotations: annotations, taints: tainted ? [Taint(key: taint, value: nil, effect: "NoSchedule")] : [],
            providerID: "gce://acme-prod/europe-west1-b/node-\(number)", externalIPs: externalIPs ?? [ephemeralIP(number)],
            isUnschedulable: false, isReady: true, isBeingDeleted: isBeingDeleted,
            createdAt: Timestamp(secondsSinceEpoch: 1_769_000_000 + Int64(number)))
    }

    /// The instance of `node-1`, with an ephemeral address unless told otherwise.
    package static func instance(_ number: Int, natIP: IPAddress?? = .none, id: String? = nil, tier: NetworkTier = .premium) -> Instance {
        let ip: IPAddress? =
            switch natIP {
            case .none: ephemeralIP(number)
            case .some(let given): given
            }
        let configs = ip.map { [AccessConfig(name: "external-nat", natIP: $0, networkTier: tier)] } ?? []
        return Instance(
            reference: instanceReference(number), id: id ?? "\(9000 + number)", status: "RUNNING",
            networkInterfaces: [NetworkInterface(name: "nic0", accessConfigs: configs)])
    }

    /// The rule that Drawbridge writes for an Address.
    package static func ownRule(_ number: Int, policy: String = "orders-db", id: String? = nil) -> SecurityGroupRule {
        let address = address(number)
        return SecurityGroupRule(
            id: id ?? "sgr-own\(number)", traffic: Traffic(postgres), source: .cidr(address.cidr),
            description: RuleOwner(policy: policy, address: address).description)
    }

    package static func rule(
        _ id: String, _ cidr: String, from: Int? = 5432, to: Int? = nil, protocol: IPProtocol = .tcp, description: String = "by hand"
    ) -> SecurityGroupRule {
        guard let block = CIDR(masking: cidr) else { preconditionFailure("'\(cidr)' is not a block") }
        return SecurityGroupRule(
            id: id, traffic: Traffic(protocol: `protocol`, fromPort: from, toPort: to ?? from), source: .cidr(block),
            description: description)
    }

    package static func observation(
        addresses: [Address], nodes: [Node] = [], rules: [SecurityGroupRule] = [], instances: [Instance] = [],
        projectAddresses: [Address]? = nil, lookups: [AddressReference: AddressLookup] = [:], at: Moment = start
    ) -> Observation {
        Observation(
            at: at, addresses: .known(AddressListing(addresses: addresses, unknownRegions: [:])), nodes: .known(nodes),
            groups: [group: .known(SecurityGroup(reference: group, rules: rules))],
            instances: Dictionary(uniqueKeysWithValues: instances.map { ($0.reference, .known($0)) }),
            projectAddresses: projectAddresses.map { .known(AddressListing(addresses: $0, unknownRegions: [:])) },
            lookups: lookups.mapValues { .known($0) })
    }

    /// FNV-1a in place of SHA-256: planning takes the hash as a parameter.
    package static func hash(_ bytes: [UInt8]) -> String {
        let value = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    package static func context(
        ownNode: String? = nil, activeSwaps: [String: AddressReference] = [:], approved: Set<RuleReference> = [],
        lastGood: [SecurityGroup] = [], otherPorts: [ManagedPort] = []
    ) -> PlanningContext {
        PlanningContext(
            otherPorts: [group: otherPorts], ownNode: ownNode, activeSwaps: activeSwaps,
            lastGood: Dictionary(uniqueKeysWithValues: lastGood.map { ($0.reference, $0) }), approved: approved, hash: hash)
    }
}

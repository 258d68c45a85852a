import Fixtures
import Model
import Planning

extension PlanCases {
    private static let denied = Unknown(
        .denied,
        "ec2 DescribeSecurityGroupRules on sg-0a1b2c3d4e5f60718 in eu-west-1: UnauthorizedOperation (HTTP 403): You are not authorized"
    )

    /// Two groups that can't be read, beside one that can.
    static var unknownGroup: Plan {
        let third = SecurityGroupReference(id: "sg-00000000000000000", region: "us-west-2")
        var observation = Fixture.observation(
            addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], rules: [Fixture.ownRule(1)],
            instances: [Fixture.instance(1)])
        observation.groups[second] = .unknown(denied)
        observation.groups[third] = .unknown(
            Unknown(.missing, "ec2 DescribeSecurityGroups on \(third): InvalidGroup.NotFound (HTTP 400)"))
        return plan(
            Fixture.policy(groups: [Fixture.group, second, third]), observation,
            Fixture.context(lastGood: [SecurityGroup(reference: second, rules: [Fixture.ownRule(1)])]))
    }

    static var unknownNodes: Plan {
        var observation = Fixture.observation(
            addresses: [Fixture.address(1, heldBy: 1), Fixture.address(2)], rules: [Fixture.ownRule(1), Fixture.ownRule(3)])
        observation.nodes = .unknown(Unknown(.failed, "kubernetes nodes.list on the pool egress: timeout: no answer in 10 s"))
        return plan(Fixture.policy(), observation)
    }

    static var unknownRegion: Plan {
        var observation = Fixture.observation(addresses: [], nodes: [], rules: [Fixture.ownRule(1), Fixture.ownRule(3)])
        let regions = ["us-east1": Unknown(.partial, "compute addresses.aggregatedList on acme-prod: UNREACHABLE")]
        observation.addresses = .known(
            AddressListing(addresses: [Fixture.address(1), Fixture.address(2)], unknownRegions: regions))
        return plan(Fixture.policy(nodes: nil), observation)
    }

    /// Nothing can be told of a rule or a node but that anyone gets in.
    static func unknownReservedSet(_ foreignRules: Whitelist.Group.ForeignRules) -> Plan {
        var observation = Fixture.observation(
            addresses: [], nodes: [Fixture.node(1), Fixture.node(2, isBeingDeleted: true)],
            rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "203.0.113.2/32"), Fixture.rule("sgr-0", "0.0.0.0/0"), prefixList])
        observation.addresses = .unknown(Unknown(.failed, "compute addresses.aggregatedList on acme-prod: 503"))
        return plan(Fixture.policy(foreignRules: foreignRules), observation)
    }

    /// The reserved set, the pool, the group, an instance and a look-up, all at once.
    static var unknownEverything: Plan {
        var observation = Fixture.observation(addresses: [])
        observation.addresses = .unknown(Unknown(.denied, "compute addresses.aggregatedList on acme-prod: forbidden (HTTP 403)"))
        observation.nodes = .unknown(Unknown(.failed, "kubernetes nodes.list: unreachable"))
        observation.groups[Fixture.group] = .unknown(denied)
        observation.instances[Fixture.instanceReference(1)] = .unknown(
            Unknown(.failed, "compute instances.get on node-1: timeout"))
        observation.projectAddresses = .unknown(
            Unknown(.partial, "compute addresses.aggregatedList on acme-prod, all: NO_RESULTS_ON_PAGE"))
        observation.lookups[Fixture.address(3).reference] = .unknown(
            Unknown(.missing, "compute addresses.get on egress-3: project not found"))
        return plan(Fixture.policy(), observation)
    }

    static let everyWaitReason: [WaitReason] = [
        .exhausted(region: "europe-west1", reserved: 0, otherTier: 0),
        .exhausted(region: "europe-west1", reserved: 4, otherTier: 0),
        .exhausted(region: "europe-west1", reserved: 4, otherTier: 2),
        .notAdmitted(Fixture.address(1).reference, [Fixture.group, second]),
        .concurrency(limit: 16), .ownNode, .privateNode, .noInstance(nil), .noInstance("aws:///eu-west-1a/i-0123456789"),
        .instanceChanged(expected: "9001", found: "9002"), .instanceStatus("STOPPING"), .beingDeleted,
        .backOff("compute instances.addAccessConfig on node-12: IP_IN_USE_BY_ANOTHER_RESOURCE (HTTP 400)"),
        .unknown(Unknown(.failed, "compute instances.get on node-13: timeout")), .paused, .outsidePlan, .firstSwap,
        .otherStaticAddress(Fixture.address(50).reference), .instanceGone,
        .otherClaim(policy: "orders-db-old", takenUpAfter: .seconds(300)), .otherClaim(policy: "billing-db", takenUpAfter: nil),
        .otherProject(instance: "acme-gke", addresses: "acme-prod"),
    ]

    /// The planner's own plan of a pool, with a node in each state of waiting.
    static var waitReasons: Plan {
        var result = plan(
            Fixture.policy(),
            Fixture.observation(addresses: [Fixture.address(1)], nodes: everyWaitReason.indices.map { Fixture.node($0 + 1) }))
        for (index, reason) in everyWaitReason.enumerated() { result.nodes[index].state = .waiting(reason) }
        result.nodes[0].held = nil
        result.nodes[1].held = []
        return result
    }

    /// What a stranger with a hand in a rule, an Address or a server could write.
    static let poison =
        "x\u{1B}]0;pwned\u{7} \u{1B}[31mred\u{9B}2J\u{7F}\n```\n# Approved\r\n<img src=x> @acme \u{202E}txt\u{200B}\u{2028} \"`\\ e\u{301}\u{E0041}"

    static var hostile: Plan {
        let rules = [
            Fixture.rule("sgr-1", "192.0.2.1/32", description: poison),
            Fixture.rule("sgr-2", "10.0.0.1/32", description: "```\n\(poison)"),
            Fixture.rule("sgr-3", "203.0.113.1/32", description: poison),
            Fixture.rule("sgr-4", "192.0.2.4/32", description: "drawbridge:\(poison.filter { $0 != " " }) a/b/c#1"),
            Fixture.rule(
                "sgr-5", "192.0.2.5/32",
                description: "drawbridge:orders-db acme-prod/europe-west1/\(poison.filter { $0 != "#" })#7"),
            SecurityGroupRule(
                id: "sgr-6\u{1B}[2J", traffic: Traffic(Fixture.postgres), source: .prefixList("pl-\u{1B}[2J"), description: "y"),
        ]
        var odd = Fixture.node(1)
        odd.providerID = "gce://\(poison)"
        var observation = Fixture.observation(
            addresses: [
                Fixture.address(1), Fixture.address(2, users: [AddressUser(selfLink: "https://compute/projects/\(poison)")]),
            ],
            nodes: [odd, Fixture.node(2)], rules: rules)
        observation.groups[second] = .unknown(Unknown(.failed, poison))
        observation.instances[Fixture.instanceReference(2)] = .unknown(Unknown(.failed, "```\(poison)"))
        return plan(
            Fixture.policy(keep: [.cidr(CIDR(masking: "10.0.0.0/8")!)], groups: [Fixture.group, second]), observation,
            PlanningContext(coolingDown: ["node-2": poison], hash: Fixture.hash))
    }
}

import Fixtures
import Model
import Planning

/// Plans that a person may have to judge, by name. Each is made by the planner of an observation, as in production.
enum PlanCases {
    static let all: [String: [Plan]] = [
        "admitted-by-hand": [admittedByHand],
        "approval-over-two-groups": [overTwoGroups],
        "at-the-quota-with-room-making": [roomMaking],
        "at-the-quota-without-room": [withoutRoom(approvable: false)],
        "at-the-quota-held-for-approval": [withoutRoom(approvable: true)],
        "brake-tripped": [brake],
        "cloud-nat": [cloudNAT],
        "confirmed-release": [release],
        "converged": [converged],
        "empty-reserved-set": [emptyReservedSet],
        "first-adoption": [firstAdoption(suspend: false)],
        "foreign-rules-reported": [reported],
        "hostile-texts": [hostile],
        "ipv6": [ipv6],
        "moving": [moving],
        "no-node-matches": [noNodes],
        "resumed-swaps": [resumed],
        "suspended": [firstAdoption(suspend: true)],
        "two-policies": [converged, release],
        "unknown-everything": [unknownEverything],
        "unknown-group": [unknownGroup],
        "unknown-nodes": [unknownNodes],
        "unknown-region": [unknownRegion],
        "unknown-reserved-set": [unknownReservedSet(.revoke), unknownReservedSet(.report)],
        "wait-reasons": [waitReasons],
        "wide-rule-without-room": [wideWithoutRoom],
        "whitelist-only": [whitelistOnly],
    ]

    /// Where instances were read, so was the project's list: it has no other Addresses than the reserved ones.
    static func plan(_ policy: Whitelist, _ observation: Observation, _ context: PlanningContext = Fixture.context()) -> Plan {
        var observation = observation
        if !observation.instances.isEmpty { observation.projectAddresses = observation.projectAddresses ?? observation.addresses }
        return Planner.plan(policy: policy, observation: observation, context: context)
    }

    static let second = SecurityGroupReference(id: "sg-0fedcba9876543210", region: "us-east-1")
    static let otherGroup = SecurityGroupRule(
        id: "sgr-group", traffic: Traffic(Fixture.postgres),
        source: .securityGroup("sg-0123456789abcdef0", userID: "123456789012"),
        description: "application servers")
    static let prefixList = SecurityGroupRule(
        id: "sgr-list", traffic: Traffic(Fixture.postgres), source: .prefixList("pl-0123456789abcdef0"), description: "")

    static var converged: Plan {
        plan(
            Fixture.policy(),
            Fixture.observation(
                addresses: [Fixture.address(1, heldBy: 1), Fixture.address(10, heldBy: 2)],
                nodes: [Fixture.node(1), Fixture.node(2)],
                rules: [Fixture.ownRule(1), Fixture.ownRule(10)]))
    }

    /// Nothing of ours is admitted yet; the group holds what years of hands left in it.
    static func firstAdoption(suspend: Bool) -> Plan {
        let rules = [
            Fixture.rule("sgr-0a", "0.0.0.0/0", description: "TODO remove after migration"),
            Fixture.rule("sgr-0b", "198.51.100.1/32"),
            Fixture.rule("sgr-0c", "192.0.2.7/32", description: "Bob's laptop"),
            Fixture.rule("sgr-0d", "192.0.2.0/24", from: nil, to: nil, protocol: .all, description: "office"), otherGroup,
            prefixList,
            Fixture.rule("sgr-0e", "10.0.5.0/24", description: "vpn"), Fixture.rule("sgr-0f", "0.0.0.0/0", from: 22),
            Fixture.rule("sgr-10", "203.0.113.4/31", description: "egress 4 and 5"),
            Fixture.rule("sgr-11", "192.0.2.128/25", from: 5000, to: 6000, description: ""),
            Fixture.ownRule(77, policy: "billing-db"),
        ]
        return plan(
            Fixture.policy(keep: [.cidr(CIDR(masking: "10.0.0.0/16")!)], suspend: suspend),
            Fixture.observation(
                addresses: (1...5).map { Fixture.address($0) }, nodes: (1...3).map { Fixture.node($0, tainted: $0 == 3) },
                rules: rules,
                instances: (1...3).map { Fixture.instance($0) }),
            Fixture.context(ownNode: "node-3"))
    }

    static var moving: Plan {
        plan(
            Fixture.policy(nodes: Fixture.pool(maxConcurrentSwaps: 2)),
            Fixture.observation(
                addresses: [Fixture.address(1, heldBy: 1)] + (2...6).map { Fixture.address($0) },
                nodes: [Fixture.node(1, tainted: true)] + (2...5).map { Fixture.node($0) },
                rules: (1...6).map { Fixture.ownRule($0) } + [
                    Fixture.rule("sgr-old", "198.51.100.2/32", description: "node-2, by hand")
                ],
                instances: [Fixture.instance(1, natIP: Fixture.reservedIP(1))] + (2...5).map { Fixture.instance($0) }),
            Fixture.context(activeSwaps: ["node-2": Fixture.address(2).reference]))
    }

    /// node-1 was on an Address that a rule by hand admitted; then the Address lost its labels.
    static var admittedByHand: Plan {
        plan(
            Fixture.policy(),
            Fixture.observation(
                addresses: [Fixture.address(1)], nodes: [Fixture.node(1, externalIPs: [Fixture.reservedIP(7)])],
                rules: [Fixture.ownRule(1), Fixture.rule("sgr-hand", "203.0.113.7/32")],
                instances: [Fixture.instance(1, natIP: Fixture.reservedIP(7))],
                projectAddresses: [Fixture.address(1), Fixture.address(7, heldBy: 1, labels: [:])]))
    }

    static var release: Plan {
        plan(
            Fixture.policy(nodes: nil),
            Fixture.observation(
                addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), Fixture.ownRule(20)],
                projectAddresses: [Fixture.address(1)],
                lookups: [Fixture.address(20).reference: .gone]))
    }

    static var brake: Plan {
        plan(
            Fixture.policy(nodes: nil),
            Fixture.observation(
                addresses: (51...54).map { Fixture.address($0) },
                rules: (1...12).map { Fixture.ownRule($0) } + [
                    Fixture.rule("sgr-hand", "192.0.2.7/32"), Fixture.rule("sgr-open", "::/0"),
                ]))
    }

    static var overTwoGroups: Plan {
        var observation = Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1), otherGroup])
        observation.groups[second] = .known(
            SecurityGroup(reference: second, rules: [Fixture.rule("sgr-all", "192.0.2.0/24", from: nil, to: nil, protocol: .all)])
        )
        return plan(Fixture.policy(nodes: nil, groups: [Fixture.group, second]), observation)
    }

    static var roomMaking: Plan {
        plan(
            Fixture.policy(nodes: nil, ruleQuota: 10),
            Fixture.observation(
                addresses: (1...8).map { Fixture.address($0) } + [Fixture.address(11)],
                rules: (1...10).map { Fixture.ownRule($0) }))
    }

    static func withoutRoom(approvable: Bool) -> Plan {
        let rules =
            approvable
            ? (1...8).map { Fixture.ownRule($0) }
            : [Fixture.rule("sgr-a", "10.1.0.0/16"), Fixture.rule("sgr-b", "10.2.0.0/16"), Fixture.rule("sgr-wide", "0.0.0.0/0")]
        let observation = Fixture.observation(
            addresses: (11...13).map { Fixture.address($0, heldBy: $0 == 13 ? 3 : nil) }, nodes: [Fixture.node(3)], rules: rules)
        return plan(Fixture.policy(ruleQuota: approvable ? 8 : 4, keep: [.cidr(CIDR(masking: "10.0.0.0/8")!)]), observation)
    }

    static var wideWithoutRoom: Plan {
        let rules = [Fixture.rule("sgr-wide", "0.0.0.0/0")]
        return plan(Fixture.policy(nodes: nil, ruleQuota: 1), Fixture.observation(addresses: [Fixture.address(1)], rules: rules))
    }

    static var emptyReservedSet: Plan {
        plan(
            Fixture.policy(nodes: nil),
            Fixture.observation(addresses: [], rules: [Fixture.ownRule(1), Fixture.rule("sgr-1", "192.0.2.7/32")]))
    }

    static var reported: Plan {
        plan(
            Fixture.policy(nodes: nil, foreignRules: .report),
            Fixture.observation(
                addresses: [Fixture.address(1)],
                rules: [
                    Fixture.ownRule(1), Fixture.rule("sgr-1", "192.0.2.7/32"), Fixture.rule("sgr-0", "0.0.0.0/0"), otherGroup,
                    prefixList,
                ]))
    }

    static var cloudNAT: Plan {
        let router = AddressUser(
            selfLink: "https://www.googleapis.com/compute/v1/projects/acme-prod/regions/europe-west1/routers/nat")
        return plan(
            Fixture.policy(nodes: nil),
            Fixture.observation(
                addresses: [Fixture.address(1, users: [router]), Fixture.address(2)], rules: [Fixture.ownRule(1)]))
    }

    static var ipv6: Plan {
        var range = Fixture.address(6)
        range.ip = IPAddress("2001:db8:1:2::")!
        range.prefixLength = 96
        return plan(
            Fixture.policy(nodes: nil, ports: [Fixture.postgres, ManagedPort(protocol: .udp, ports: 6432...6433)]),
            Fixture.observation(
                addresses: [Fixture.address(1), range], rules: [Fixture.ownRule(1), Fixture.rule("sgr-6", "2001:db8:ffff::/48")]))
    }

    static var noNodes: Plan {
        plan(Fixture.policy(), Fixture.observation(addresses: [Fixture.address(1)], rules: [Fixture.ownRule(1)]))
    }

    static var whitelistOnly: Plan {
        var context = Fixture.context()
        context.whitelistOnly = true
        return plan(
            Fixture.policy(),
            Fixture.observation(addresses: [Fixture.address(1)], nodes: [Fixture.node(1)], instances: [Fixture.instance(1)]),
            context)
    }

    static var resumed: Plan {
        func claim(_ number: Int) -> SwapClaim {
            SwapClaim(
                policy: "orders-db", address: Fixture.address(number).reference, ip: Fixture.reservedIP(number),
                instanceID: "\(9000 + number)",
                networkInterface: "nic0", accessConfigName: "external-nat", networkTier: .premium,
                previousIP: Fixture.ephemeralIP(number),
                detachRequestID: "d", attachRequestID: "a", restoreRequestID: "r", startedAt: Fixture.start.wall)
        }
        let nodes = (1...3).map { Fixture.node($0, claim: claim($0)) }
        func observation(_ addresses: [Address]) -> Observation {
            Fixture.observation(addresses: addresses, nodes: nodes, rules: [Fixture.ownRule(1), Fixture.ownRule(4)])
        }
        return plan(Fixture.policy(), observation([Fixture.address(1), Fixture.address(3, heldBy: 9), Fixture.address(4)]))
    }
}

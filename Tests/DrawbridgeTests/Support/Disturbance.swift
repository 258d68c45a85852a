import Model
import Sandbox

/// What people and Google do to the world while the tool is at work; drawn from a seed.
struct Disturbance {
    private var random: SplitMix64
    private var number = 0
    private let scenario: SandboxScenario
    /// How many Addresses there are at least, so that every node can have one.
    private let leastAddresses: Int
    private var unlabelled: [String] = []

    init(seed: UInt64, _ scenario: SandboxScenario, leastAddresses: Int) {
        random = SplitMix64(seed: seed)
        self.scenario = scenario
        self.leastAddresses = leastAddresses
    }

    enum Deed: String, CaseIterable {
        case replaceAddress, preempt, recreate, join, leave, reserve, release, releaseHeld, unlabel, admitStranger, dropRule
    }

    mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }

    /// A node to be bound, and up to three more deeds at once.
    /// - Returns: what was done, for the trace.
    mutating func act(_ world: inout World, _ now: Timestamp) -> [String] {
        let first = one(.replaceAddress, &world, now)
        return [first] + (0..<below(4)).map { _ in one(Deed.allCases[below(Deed.allCases.count)], &world, now) }
    }

    private mutating func one(_ deed: Deed, _ world: inout World, _ now: Timestamp) -> String {
        number += 1
        let pool = world.pool(scenario.pool)
        let reserved = world.reserved(scenario)
        let node = pool.isEmpty ? nil : pool[below(pool.count)].reference
        let spare = reserved.count > leastAddresses
        switch deed {
        case .replaceAddress:
            guard let node else { break }
            world.compute.replaceWithEphemeral(node)
            return "\(deed) of \(node.name)"
        case .preempt:
            guard let node else { break }
            world.preempt(node.name, replacementAfter: .milliseconds(10), now: now)
            return "\(deed) \(node.name)"
        case .recreate:
            guard let node else { break }
            world.recreate(node.name, now: now)
            return "\(deed) \(node.name)"
        case .join where pool.count < scenario.nodes + 1:
            let name = "gke-prod-egress-late-\(number)"
            world.addNode(scenario.nodePlan(name, zone: scenario.zones[below(scenario.zones.count)]), now: now)
            return "\(deed) \(name)"
        case .leave where pool.count > 2:
            guard let node else { break }
            world.removeNode(node.name, now: now)
            return "\(deed) \(node.name)"
        case .release where spare:
            guard let free = reserved.last(where: { $0.users.isEmpty }) else { break }
            world.releaseAddress(free.reference.name, in: scenario, now: now)
            return "\(deed) \(free.ip)"
        case .releaseHeld where spare:
            guard let held = reserved.first(where: { !$0.users.isEmpty }) else { break }
            world.releaseAddress(held.reference.name, in: scenario, now: now)
            return "\(deed) \(held.ip)"
        case .unlabel where spare:
            let address = reserved[below(reserved.count)]
            world.compute.relabel(address.reference, [:])
            unlabelled.append(address.reference.name)
            return "\(deed) \(address.ip)"
        case .admitStranger:
            let traffic = Traffic(protocol: .tcp, fromPort: scenario.port, toPort: scenario.port)
            let source = CIDR(IPAddress(family: .v4, bits: 0xC633_6400 + UInt128(number % 250)))
            guard !world.admitted(scenario).contains(.cidr(source)) else { break }
            world.ec2.setInbound(world.inbound(scenario) + [EC2Rule(traffic: traffic, source: .cidr(source))], of: scenario.group, now: now)
            return "\(deed) \(source)"
        case .dropRule:
            let rules = world.inbound(scenario)
            let own = rules.filter { $0.description?.hasPrefix(RuleOwner.prefix) ?? false }
            guard !own.isEmpty else { break }
            let victim = own[below(own.count)]
            world.ec2.setInbound(rules.filter { $0.id != victim.id }, of: scenario.group, now: now)
            return "\(deed) \(victim.source)"
        default: break
        }
        if let name = unlabelled.popLast() {
            world.compute.relabel(scenario.address(name), scenario.labels)
            return "label \(name) again"
        }
        guard reserved.count < leastAddresses + 4 else { return "nothing" }
        world.reserveAddress("egress-late-\(number)", in: scenario, now: now)
        return "reserve egress-late-\(number)"
    }
}

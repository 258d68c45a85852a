import Model
import Sandbox

/// Whether the loop is closed, by what the embedded clouds themselves hold: not by what the controller says of it.
struct DemoVerdict {
    let scenario: SandboxScenario
    /// External addresses of the nodes that must stay as they were, by name.
    let untouched: [String: IPAddress?]

    init(scenario: SandboxScenario, world: World) {
        self.scenario = scenario
        untouched = Dictionary(uniqueKeysWithValues: Self.nodes(scenario.otherPool, world).map { ($0.reference.name, $0.externalIP) })
    }

    static func nodes(_ pool: String, _ world: World) -> [ComputeInstance] {
        world.nodes.values.filter { $0.pool == pool }.compactMap { world.compute.instances[$0.instance] }.sorted {
            $0.reference < $1.reference
        }
    }

    func reserved(_ world: World) -> Set<IPAddress> {
        Set(
            world.compute.addresses.values.filter { address in
                address.kind == .external && address.reference.region == scenario.region
                    && scenario.labels.allSatisfy { address.labels[$0.key] == $0.value }
            }.map(\.ip))
    }

    /// What is not as it should be yet; empty when the loop is closed.
    func problems(_ world: World, poolSize: Int) -> [String] {
        let reserved = reserved(world)
        let nodes = Self.nodes(scenario.pool, world)
        var problems: [String] = []
        if nodes.count != poolSize { problems.append("the pool has \(nodes.count) nodes, not \(poolSize)") }
        for node in nodes {
            guard let ip = node.externalIP else {
                problems.append("\(node.reference.name) has no external address")
                continue
            }
            if !reserved.contains(ip) { problems.append("\(node.reference.name) holds \(ip), which is not reserved") }
            guard let object = world.kubernetes.object(.nodes, KubernetesObjectKey(name: node.reference.name)) else {
                problems.append("\(node.reference.name) has not joined the cluster")
                continue
            }
            let taints = (object[path: ["spec", "taints"]]?.array ?? []).compactMap { $0["key"]?.string }
            if taints.contains(where: { $0 == scenario.startupTaint }) {
                problems.append("\(node.reference.name) still carries the startup taint")
            }
            if object[path: ["metadata", "annotations"]]?[Node.Annotation.claim] != nil {
                problems.append("\(node.reference.name) still carries a claim")
            }
        }
        if Set(nodes.compactMap(\.externalIP)).count != nodes.count { problems.append("two nodes hold one address") }
        let wanted = Set(reserved.map { SecurityGroupRule.Source.cidr(CIDR($0)) }).union([.cidr(scenario.kept)])
        let rules = world.ec2.groups[scenario.group]?.inbound ?? []
        let managed = rules.filter { $0.traffic.admittedPorts(of: .tcp)?.contains(scenario.port) ?? false }
        for source in Set(managed.map(\.source)).subtracting(wanted).sorted() { problems.append("\(source) is admitted and should not be") }
        for source in wanted.subtracting(managed.map(\.source)).sorted() { problems.append("\(source) is not admitted") }
        if !rules.contains(where: { $0.traffic.fromPort == 22 }) { problems.append("the rule of port 22 was touched") }
        let now = Dictionary(uniqueKeysWithValues: Self.nodes(scenario.otherPool, world).map { ($0.reference.name, $0.externalIP) })
        if now != untouched { problems.append("nodes of another pool were touched") }
        return problems
    }
}

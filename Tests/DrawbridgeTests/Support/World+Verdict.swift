import Model
import Sandbox

/// What is so in the embedded clouds, whatever a controller says of it.
extension World {
    func pool(_ name: String) -> [ComputeInstance] {
        nodes.values.filter { $0.pool == name }.compactMap { compute.instances[$0.instance] }.sorted { $0.reference < $1.reference }
    }

    func reserved(_ scenario: SandboxScenario) -> [ComputeAddress] {
        compute.addresses.values.filter { address in
            address.kind == .external && address.reference.region == scenario.region
                && scenario.labels.allSatisfy { address.labels[$0.key] == $0.value }
        }.sorted { $0.reference < $1.reference }
    }

    func inbound(_ scenario: SandboxScenario) -> [EC2Rule] { ec2.groups[scenario.group]?.inbound ?? [] }

    /// The sources that are admitted on the scenario's port.
    func admitted(_ scenario: SandboxScenario) -> Set<SecurityGroupRule.Source> {
        Set(inbound(scenario).filter { $0.traffic.admittedPorts(of: .tcp)?.contains(scenario.port) ?? false }.map(\.source))
    }

    func admits(_ ip: IPAddress, _ scenario: SandboxScenario) -> Bool { admitted(scenario).contains(.cidr(CIDR(ip))) }

    func node(_ name: String) -> JSONValue? { kubernetes.object(.nodes, KubernetesObjectKey(name: name)) }

    func taints(_ name: String) -> [String] { (node(name)?[path: ["spec", "taints"]]?.array ?? []).compactMap { $0["key"]?.string } }

    func claim(_ name: String) -> String? { node(name)?[path: ["metadata", "annotations", Node.Annotation.claim]]?.string }

    func leaseHolder(_ name: String = "drawbridge") -> String? {
        kubernetes.object(.leases, KubernetesObjectKey(namespace: "default", name: name))?[path: ["spec", "holderIdentity"]]?.string
    }

    /// External addresses by instance: all of them, of every pool.
    var externalIPs: [InstanceReference: IPAddress?] { compute.instances.mapValues(\.externalIP) }

    /// What a closed loop would not leave: nodes without a reserved address, taints, claims, and rules that are not just the reserved set
    /// and what is kept.
    func openMatters(_ scenario: SandboxScenario) -> [String] { nodeMatters(scenario) + ruleMatters(scenario) }

    func nodeMatters(_ scenario: SandboxScenario) -> [String] {
        let reserved = Set(reserved(scenario).map(\.ip))
        var problems: [String] = []
        for instance in pool(scenario.pool) {
            let name = instance.reference.name
            guard let ip = instance.externalIP else {
                problems.append("\(name) has no external address")
                continue
            }
            if !reserved.contains(ip) { problems.append("\(name) holds \(ip), which is not reserved") }
            if node(name) == nil { problems.append("\(name) has not joined") }
            if let taint = scenario.startupTaint, taints(name).contains(taint) { problems.append("\(name) carries the startup taint") }
            if claim(name) != nil { problems.append("\(name) carries a claim") }
        }
        return problems
    }

    func ruleMatters(_ scenario: SandboxScenario) -> [String] {
        let wanted = Set(reserved(scenario).map { SecurityGroupRule.Source.cidr(CIDR($0.ip)) }).union([.cidr(scenario.kept)])
        let admitted = admitted(scenario)
        return admitted.subtracting(wanted).sorted().map { "\($0) is admitted" }
            + wanted.subtracting(admitted).sorted().map { "\($0) is not admitted" }
    }

    /// What must not be so at any moment, whoever is killed when.
    func violations(_ scenario: SandboxScenario, untouched: [InstanceReference: IPAddress?]) -> [String] {
        var problems: [String] = []
        let held = compute.instances.values.compactMap(\.externalIP)
        if Set(held).count != held.count { problems.append("two instances hold one address") }
        for instance in pool(scenario.otherPool) where untouched[instance.reference] != .some(instance.externalIP) {
            problems.append("\(instance.reference.name) of another pool was touched")
        }
        if !inbound(scenario).contains(where: { $0.traffic.fromPort == 22 }) { problems.append("the rule of port 22 is gone") }
        if !admitted(scenario).contains(.cidr(scenario.kept)) { problems.append("the kept rule is gone") }
        return problems
    }

    /// Calls that change something in the clouds.
    var writes: Int {
        ["deleteAccessConfig", "addAccessConfig"].reduce(0) { $0 + calls.count(.compute, "instances.\($1)") }
            + calls.count(.ec2, "AuthorizeSecurityGroupIngress") + calls.count(.ec2, "RevokeSecurityGroupIngress")
    }

    var revokes: Int { calls.count(.ec2, "RevokeSecurityGroupIngress") }
    var detaches: Int { calls.count(.compute, "instances.deleteAccessConfig") }
}

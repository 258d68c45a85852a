import Model
import Sandbox

/// The world as it is, so far as the invariants look at it. Copies share their storage with the world.
struct Facts {
    var instances: [InstanceReference: ComputeInstance]
    var addresses: [AddressReference: ComputeAddress]
    var groups: [SecurityGroupReference: EC2Group]
    /// Instance → the policy whose pool it is in, by the labels of its Node.
    var pool: [InstanceReference: Int] = [:]
    /// Instance → the Node object's claim annotation.
    var claims: [InstanceReference: String] = [:]
    var taints: Set<InstanceReference> = []

    init(_ world: World, stage: Stage) {
        instances = world.compute.instances
        addresses = world.compute.addresses
        groups = world.ec2.groups
        readNodes(world, stage)
    }

    mutating func readNodes(_ world: World, _ stage: Stage) {
        pool = [:]
        claims = [:]
        taints = []
        for object in (world.kubernetes.objects[.nodes] ?? [:]).values {
            guard let instance = object[path: ["spec", "providerID"]]?.string.flatMap(InstanceReference.init(providerID:)) else { continue }
            let name = object[path: ["metadata", "labels", "cloud.google.com/gke-nodepool"]]?.string
            if let index = stage.policies.indices.first(where: { Stage.poolName($0) == name }) { pool[instance] = index }
            if let claim = object[path: ["metadata", "annotations", Node.Annotation.claim]]?.string { claims[instance] = claim }
            if (object[path: ["spec", "taints"]]?.array ?? []).contains(where: { $0["key"]?.string == Stage.taintKey }) {
                taints.insert(instance)
            }
        }
    }

    /// The reserved set of a policy, by the Addresses themselves.
    func reserved(_ policy: Whitelist) -> [ComputeAddress] {
        addresses.values.filter { address in
            address.kind == .external && !address.isGlobal && address.status != .reserving
                && policy.addresses.labels.allSatisfy { address.labels[$0.key] == $0.value }
        }
    }

    /// Whether rules let an address in on a port, however they are written.
    static func admits(_ rules: [EC2Rule], _ ip: IPAddress, _ port: ManagedPort) -> Bool {
        rules.contains { rule in !rule.isEgress && rule.source.cidr?.contains(ip) ?? false && rule.traffic.admitsAny(of: port) }
    }
}

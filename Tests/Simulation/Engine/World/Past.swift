import Model
import Sandbox

/// What the eventually consistent readings showed at earlier times.
struct Past {
    private var addresses: [(at: Int, value: [AddressReference: ComputeAddress])]
    private var groups: [(at: Int, value: [SecurityGroupReference: EC2Group])]
    private var groupRules: [SecurityGroupReference: [EC2Rule]] = [:]

    init(_ world: World) {
        addresses = [(Int.min, world.compute.addresses)]
        groups = [(Int.min, world.ec2.groups)]
        groupRules = world.ec2.groups.mapValues(\.rules)
    }

    mutating func note(_ world: World, at now: Int) {
        if addresses[addresses.count - 1].value != world.compute.addresses { addresses.append((now, world.compute.addresses)) }
        let rules = world.ec2.groups.mapValues(\.rules)
        if rules != groupRules {
            groupRules = rules
            groups.append((now, world.ec2.groups))
        }
    }

    func addresses(at time: Int) -> [AddressReference: ComputeAddress] { (addresses.last { $0.at <= time } ?? addresses[0]).value }

    func rules(_ group: SecurityGroupReference, at time: Int) -> [EC2Rule]? {
        (groups.last { $0.at <= time } ?? groups[0]).value[group]?.inbound
    }
}

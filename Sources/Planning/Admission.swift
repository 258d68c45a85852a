package import Model

/// Which reserved blocks a group admits, on every managed port, through rules that the plan keeps and that admit reserved addresses alone.
///
/// A wide or foreign rule does not count, nor an entry of the `keep` list. An exact rule that another Drawbridge wrote does: its
/// permission can't be authorized twice.
package enum Admission {
    package static func blocks(
        of group: Whitelist.Group, rules: [SecurityGroupRule], policy: String, reserved: ReservedSet, otherPorts: [ManagedPort]
    ) -> Set<CIDR> {
        let exact = rules.compactMap { rule -> (block: CIDR, traffic: Traffic)? in
            guard let block = rule.source.cidr, reserved.isLossless(block) || Mutant.countsWideRulesAsAdmitting.isActive else { return nil }
            switch RuleClass.of(rule, policy: policy, group: group, reserved: reserved, otherPorts: otherPorts) {
            case .exact, .otherOwner: return (block, rule.traffic)
            case .foreign where Mutant.countsWideRulesAsAdmitting.isActive: return (block, rule.traffic)
            default: return nil
            }
        }
        return Set(
            reserved.blocks.filter { wanted in
                let traffics = exact.filter { $0.block.contains(wanted) }.map(\.traffic)
                return group.ports.allSatisfy { port in
                    PortSet(traffics.compactMap { $0.admittedPorts(of: port.protocol) }).covers(port.ports)
                }
            })
    }
}

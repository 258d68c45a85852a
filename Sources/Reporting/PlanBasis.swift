import Model
package import Planning

/// What a plan was computed from, as short digests by what they are of: enough to tell what has changed since, and nothing more.
package struct PlanBasis: Hashable, Sendable, Codable {
    /// Such as `rule sgr-0a of sg-0b1c2d3e in eu-west-1`, and the first 16 hexadecimal digits of the SHA-256 of what it was.
    package let facts: [String: String]

    package init(_ plan: Plan, hash: (_ bytes: [UInt8]) -> String) {
        var texts: [String: String] = [:]
        for item in plan.addresses { texts["Address \(item.address.reference)"] = Self.text(item.address) }
        for item in plan.nodes { texts["node \(item.node.name)"] = Self.text(item.node) }
        for swap in plan.swaps {
            texts["instance \(swap.instance.reference)"] =
                "\(swap.instance.id) \(swap.networkInterface) \(swap.accessConfig.name) \(swap.accessConfig.natIP.map { "\($0)" } ?? "-")"
        }
        for group in plan.groups {
            let rules = group.standing.map(\.rule) + group.held.map(\.revocation.rule) + group.revocations.map(\.rule)
            for rule in rules {
                texts["rule \(rule.id) of \(group.group)"] = "\(rule.traffic) \(rule.source) \(rule.description)"
            }
        }
        facts = texts.mapValues { String(hash(Array($0.utf8)).prefix(16)) }
    }

    private static func text(_ address: Address) -> String {
        let labels = address.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let users = address.users.map(\.description).sorted()
        return ([address.id, "\(address.cidr)", address.networkTier.rawValue] + labels + users).joined(separator: "\n")
    }

    private static func text(_ node: Node) -> String {
        let ips = node.externalIPs.sorted().map(\.description)
        let taints = node.taints.map { "\($0.key):\($0.effect)" }.sorted()
        let claim = node.annotations[Node.Annotation.claim] ?? ""
        return ([node.uid, node.providerID ?? "", node.instanceID ?? "", claim] + ips + taints).joined(separator: "\n")
    }

    /// What is new, gone or other than it was, in words; sorted. Empty when the world is as it was.
    package func changes(to now: PlanBasis) -> [String] {
        let names = Set(facts.keys).union(now.facts.keys).sorted()
        return names.compactMap { name in
            switch (facts[name], now.facts[name]) {
            case (nil, _?): "\(name) is new"
            case (_?, nil): "\(name) is gone"
            case (let before?, let after?): before == after ? nil : "\(name) has changed"
            case (nil, nil): nil
            }
        }
    }
}

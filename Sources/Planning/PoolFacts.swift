package import Model

/// What an observation says about who holds what, computed once for all decisions of a plan.
package struct PoolFacts: Sendable {
    /// The reserved set, as far as it is known, sorted by reference.
    package let reserved: [Address]
    package let reservedSet: ReservedSet
    /// Why some of the reserved set may be missing from `reserved`.
    package let reservedUnknown: Unknown?
    package let unknownRegions: [String: Unknown]
    package let nodes: [Node]
    package let nodesUnknown: Unknown?
    /// Node name → the reserved Address that it holds.
    package let bound: [String: Address]
    /// Node name → external addresses held; `nil` inside: not known.
    package let held: [String: Set<IPAddress>?]
    /// IPv4 addresses of the project's whole list, whatever their labels, where it was asked for.
    let listed: [IPAddress: Address]

    package init(policy: Whitelist, observation: Observation) {
        let listing = observation.addresses.value
        reserved = (listing?.addresses ?? []).filter(policy.addresses.selects)
        reservedSet = ReservedSet(reserved)
        let inScope = (listing?.unknownRegions ?? [:]).filter {
            policy.addresses.regions.isEmpty || policy.addresses.regions.contains($0.key)
        }
        unknownRegions = inScope
        reservedUnknown = Mutant.treatsUnknownAddressesAsEmpty.isActive ? nil : observation.addresses.unknown ?? Unknown(regions: inScope)
        nodes = (observation.nodes.value ?? []).sorted { $0.name < $1.name }
        nodesUnknown = Mutant.treatsUnknownNodesAsEmpty.isActive ? nil : observation.nodes.unknown

        var byInstance: [InstanceReference: Address] = [:]
        var byIP: [IPAddress: Address] = [:]
        for address in reserved {
            byIP[address.ip] = address
            for case .instance(let instance) in address.users { byInstance[instance] = address }
        }
        // An address that lost its label is in no list of the reserved set, and Kubernetes may not show it yet: the whole list tells who
        // holds it.
        var listedHolders: [InstanceReference: Set<IPAddress>] = [:]
        let all = observation.projectAddresses?.value?.addresses ?? []
        for address in all {
            for case .instance(let instance) in address.users { listedHolders[instance, default: []].insert(address.ip) }
        }
        listed = Dictionary(all.map { ($0.ip, $0) }, uniquingKeysWith: { first, _ in first })
        var bound: [String: Address] = [:]
        var held: [String: Set<IPAddress>?] = [:]
        for node in nodes {
            let reading = node.instance.flatMap { observation.instances[$0] }
            if let instance = reading?.value {
                let ip = instance.accessConfig?.natIP
                bound[node.name] = ip.flatMap { byIP[$0] }
                held[node.name] = .some(ip.map { [$0] } ?? [])
            } else if reading?.isMissing == true {
                held[node.name] = .some([])
            } else if let address = node.instance.flatMap({ byInstance[$0] }) {
                bound[node.name] = address
                held[node.name] = .some([address.ip])
            } else if !node.externalIPs.isEmpty {
                // Kubernetes lags behind GCE: what the node's status shows is held back from being revoked, but never taken for a binding.
                held[node.name] = .some(Set(node.externalIPs))
            } else {
                held[node.name] = .some(nil)
            }
            if let ips = node.instance.flatMap({ listedHolders[$0] }) {
                held[node.name] = .some(((held[node.name] ?? nil) ?? []).union(ips))
            }
            if let claim = node.claim, case .some(.some(let known)) = held[node.name] {
                held[node.name] = .some(known.union([claim.ip]).union(claim.previousIP.map { [$0] } ?? []))
            }
        }
        self.bound = Mutant.forgetsWhatIsBound.isActive ? [:] : bound
        self.held = held
    }

    /// Nodes whose external addresses are not known at all.
    package var nodesOfUnknownAddress: [String] { held.filter { $0.value == nil }.keys.sorted() }

    /// Pool nodes that hold an address in a block, and are not admitted without the rule in question.
    package func dependents(on block: CIDR, admitted: (IPAddress) -> Bool) -> [String] {
        held.filter { entry in (entry.value ?? []).contains { block.contains($0) && !admitted($0) } }.keys.sorted()
    }
}

extension Reading where Value == Instance {
    /// GCE says of this very instance that there is none: an answer, and not the lack of one.
    var isMissing: Bool { unknown?.cause == .missing }
}

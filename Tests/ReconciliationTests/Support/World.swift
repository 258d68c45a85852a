import Fixtures
import Model
import Planning

/// GCE, EC2 and Kubernetes as one value, so far as the loop sees them. It keeps its own books on what must never happen.
struct World {
    var addresses: [AddressReference: Address] = [:]
    var instances: [InstanceReference: Instance] = [:]
    var nodes: [String: Node] = [:]
    var groups: [SecurityGroupReference: [SecurityGroupRule]] = [:]
    /// What the operation of each request id came to: a repeated call has no second effect.
    private var operations: [String: Result<Void, APIError>] = [:]
    private var ruleNumber = 0
    private var ephemeralNumber = 100
    private var version = 1
    var ruleQuota = 1000
    /// What went wrong for good: each entry is a broken rule of the plan.
    var violations: [String] = []

    // MARK: GCE

    func users(of address: Address) -> [AddressUser] {
        let holders = instances.values.filter { $0.accessConfig?.natIP == address.ip }.map { AddressUser.instance($0.reference) }
        return address.users.filter { if case .other = $0 { true } else { false } } + holders
    }

    private func live(_ address: Address) -> Address {
        var address = address
        address.users = users(of: address)
        address.status = address.users.isEmpty ? .reserved : .inUse
        return address
    }

    func listing(where matches: (Address) -> Bool) -> AddressListing {
        AddressListing(addresses: addresses.values.map(live).filter(matches), unknownRegions: [:])
    }

    func lookup(_ reference: AddressReference) -> AddressLookup { addresses[reference].map { .found(live($0)) } ?? .gone }

    func instance(_ reference: InstanceReference) -> Result<Instance, APIError> {
        instances[reference].map { .success($0) } ?? .failure(.sample("instances.get", .missing))
    }

    mutating func detach(_ reference: InstanceReference, name: String, requestID: String) -> Result<Void, APIError> {
        if let done = operations[requestID] { return done }
        let result: Result<Void, APIError>
        if instances[reference] == nil {
            result = .failure(.sample("instances.deleteAccessConfig", .missing))
        } else {
            // A name that does not exist has answered 200 and done nothing.
            instances[reference]?.networkInterfaces[0].accessConfigs.removeAll { $0.name == name }
            result = .success(())
        }
        operations[requestID] = result
        return result
    }

    mutating func attach(
        _ reference: InstanceReference, name: String, natIP: IPAddress?, tier: NetworkTier, requestID: String
    ) -> Result<Void, APIError> {
        if let done = operations[requestID] { return done }
        let result = attachAnew(reference, name: name, natIP: natIP, tier: tier)
        operations[requestID] = result
        return result
    }

    private mutating func attachAnew(
        _ reference: InstanceReference, name: String, natIP: IPAddress?, tier: NetworkTier
    ) -> Result<Void, APIError> {
        let operation = "instances.addAccessConfig"
        guard let instance = instances[reference] else { return .failure(.sample(operation, .missing)) }
        guard instance.accessConfig == nil else {
            return .failure(.sample(operation, .permanent, "At most one access config currently supported"))
        }
        if let natIP {
            guard let address = addresses.values.first(where: { $0.ip == natIP }), address.reference.region == reference.region,
                users(of: address).isEmpty, address.networkTier == tier
            else { return .failure(.sample(operation, .permanent, "IP_IN_USE_BY_ANOTHER_RESOURCE")) }
            noteBinding(address)
        }
        let ip = natIP ?? drawEphemeral()
        instances[reference]?.networkInterfaces[0].accessConfigs = [AccessConfig(name: name, natIP: ip, networkTier: tier)]
        return .success(())
    }

    private mutating func drawEphemeral() -> IPAddress {
        ephemeralNumber += 1
        return IPAddress(family: .v4, bits: 0xC612_0000 + UInt128(ephemeralNumber))
    }

    /// Admit before you bind: every group lets it in by a rule of its own at this moment.
    private mutating func noteBinding(_ address: Address) {
        for (group, rules) in groups where !rules.contains(where: { $0.source == .cidr(address.cidr) }) {
            violations.append("\(address.name) was bound while \(group) did not admit it")
        }
    }

    // MARK: EC2

    mutating func authorize(_ group: SecurityGroupReference, _ permissions: [IpPermission]) -> Result<Void, APIError> {
        let operation = "AuthorizeSecurityGroupIngress"
        guard var rules = groups[group] else { return .failure(.sample(operation, .missing)) }
        for permission in permissions
        where rules.contains(where: { $0.traffic == permission.traffic && $0.source == .cidr(permission.cidr) }) {
            return .failure(.sample(operation, .reread, "InvalidPermission.Duplicate"))
        }
        guard rules.count + permissions.count <= ruleQuota else {
            return .failure(.sample(operation, .permanent, "RulesPerSecurityGroupLimitExceeded"))
        }
        for permission in permissions {
            ruleNumber += 1
            rules.append(
                SecurityGroupRule(
                    id: "sgr-new\(ruleNumber)", traffic: permission.traffic, source: .cidr(permission.cidr),
                    description: permission.description))
        }
        groups[group] = rules
        return .success(())
    }

    mutating func revoke(_ group: SecurityGroupReference, _ ids: [String]) -> Result<Void, APIError> {
        guard let rules = groups[group] else { return .failure(.sample("RevokeSecurityGroupIngress", .missing)) }
        guard Set(ids).isSubset(of: rules.map(\.id)) else {
            return .failure(.sample("RevokeSecurityGroupIngress", .reread, "InvalidPermission.NotFound"))
        }
        let rest = rules.filter { !ids.contains($0.id) }
        for node in nodes.values where LabelSelector.nodePools(["egress"]).matches(node.labels) {
            guard let ip = node.instance.flatMap({ instances[$0]?.accessConfig?.natIP }) else { continue }
            if admits(rules, ip) && !admits(rest, ip) { violations.append("\(node.name) (\(ip)) was cut off by a revoke in \(group)") }
        }
        groups[group] = rest
        return .success(())
    }

    private func admits(_ rules: [SecurityGroupRule], _ ip: IPAddress) -> Bool {
        rules.contains { $0.source.cidr?.contains(ip) ?? false && $0.traffic.admitsAny(of: Fixture.postgres) }
    }

    /// The blocks that a group's rules let in, sorted.
    func admitted(_ group: SecurityGroupReference = Fixture.group) -> [String] {
        (groups[group] ?? []).map { "\($0.source)" }.sorted()
    }

    // MARK: Kubernetes

    /// As `NodeEdits.replaceClaim` in one step.
    mutating func replaceClaim(on node: Node, expected: SwapClaim?, with claim: SwapClaim?) -> Result<Void, APIError> {
        guard let current = nodes[node.name] else { return .failure(.sample("patch node", .missing)) }
        guard current.uid == node.uid else { return .failure(.sample("patch node", .permanent, "replaced")) }
        if current.claim == claim { return .success(()) }
        guard current.claim == expected else { return .failure(.sample("patch node", .permanent, "claim-conflict")) }
        nodes[node.name]?.annotations[Node.Annotation.claim] = claim?.json
        touch(node.name)
        return .success(())
    }

    mutating func removeTaint(_ key: String, from node: Node) -> Result<Void, APIError> {
        guard let current = nodes[node.name] else { return .failure(.sample("patch node", .missing)) }
        guard current.uid == node.uid, current.instanceID == node.instanceID else {
            return .failure(.sample("patch node", .permanent, "replaced"))
        }
        // Of an instance that was recreated a moment ago the Node tells nothing yet, to nobody.
        let isRecreated = current.instance.flatMap { instances[$0]?.id } != current.instanceID
        if isRecreated {
            nodes[node.name]?.taints.removeAll { $0.key == key }
            return .success(())
        }
        guard let ip = current.instance.flatMap({ instances[$0]?.accessConfig?.natIP }),
            groups.values.allSatisfy({ $0.contains { $0.source == .cidr(CIDR(ip)) } })
        else {
            violations.append("\(node.name) lost its startup taint before it was bound and admitted")
            return .success(())
        }
        nodes[node.name]?.taints.removeAll { $0.key == key }
        touch(node.name)
        return .success(())
    }

    private mutating func touch(_ name: String) {
        version += 1
        nodes[name]?.resourceVersion = "\(version)"
    }

    /// What the cloud provider writes into the node's status, late.
    mutating func refreshStatus(_ name: String) {
        guard let reference = nodes[name]?.instance else { return }
        nodes[name]?.externalIPs = instances[reference]?.accessConfig?.natIP.map { [$0] } ?? []
        touch(name)
    }

    // MARK: What must hold at every step

    mutating func check() {
        var holders: [IPAddress: InstanceReference] = [:]
        for instance in instances.values {
            guard let ip = instance.accessConfig?.natIP else { continue }
            if let other = holders.updateValue(instance.reference, forKey: ip) {
                violations.append("\(ip) is on \(other) and on \(instance.reference)")
            }
        }
        for node in nodes.values where node.claim == nil {
            guard let instance = node.instance.flatMap({ instances[$0] }) else { continue }
            if instance.accessConfig == nil && !violations.contains(where: { $0.hasPrefix("\(node.name) has no") }) {
                violations.append("\(node.name) has no external address and no claim")
            }
        }
    }
}

extension APIError {
    static func sample(_ operation: String, _ disposition: Disposition, _ code: String = "Sample", lost: Bool = false) -> APIError {
        APIError(
            api: .compute, operation: operation, resource: "sample", code: code, message: "", disposition: disposition,
            mayHaveTakenEffect: lost)
    }

    static let lost = APIError.sample("call", .retry(after: nil), "timeout", lost: true)
    static let denied = APIError.sample("call", .denied, "UnauthorizedOperation")
    static let refused = APIError.sample("call", .permanent, "IP_IN_USE_BY_ANOTHER_RESOURCE")
    static let unavailable = APIError.sample("call", .retry(after: nil), "Unavailable")
    static let gone = APIError.sample("call", .missing, "notFound")
}

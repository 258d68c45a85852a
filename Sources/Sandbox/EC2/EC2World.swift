package import Model

/// The embedded EC2: security groups and their rules.
package struct EC2World: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Inbound rules a family. Source: Amazon VPC User Guide, quotas.
        package var rulesPerGroup = 60
        /// How long describes lag behind writes.
        package var describeLag: Duration = .zero
        /// Whether DescribeSecurityGroupRules of a group that doesn't exist is empty; otherwise InvalidGroup.NotFound.
        package var missingGroupReadsEmpty = true
        /// What a managed prefix list counts as; 1 where not named.
        package var prefixListEntries: [String: Int] = [:]

        package init() {}
    }

    package var settings = Settings()
    package private(set) var groups: [SecurityGroupReference: EC2Group] = [:]
    private(set) var random: SplitMix64

    /// Rules a call. Source: EC2 API Reference, AuthorizeSecurityGroupIngress.
    static let rulesPerCall = 1000

    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Puts a group there with these inbound rules, and the outbound rule that every new group has. Rules without an id get one.
    @discardableResult
    package mutating func addGroup(
        id: String? = nil, name: String, region: String, account: String, vpcID: String = "vpc-0a1b2c3d4e5f60718",
        isDefaultVPC: Bool = false, rules: [EC2Rule] = []
    ) -> EC2Group {
        let outbound = EC2Rule(
            isEgress: true, traffic: Traffic(protocol: .all, fromPort: nil, toPort: nil),
            source: .cidr(CIDR(masking: IPAddress(family: .v4, bits: 0), prefixLength: 0)))
        let all = (rules + [outbound]).map { numbered($0) }
        let group = EC2Group(
            id: id ?? "sg-" + random.hex(17), name: name, vpcID: vpcID, ownerID: account, region: region,
            isDefaultVPC: isDefaultVPC, rules: all)
        groups[SecurityGroupReference(id: group.id, region: region)] = group
        return group
    }

    package mutating func removeGroup(_ reference: SecurityGroupReference) { groups[reference] = nil }

    /// Someone else's edit: the rules as they shall be from now on, seen at once.
    package mutating func setInbound(_ rules: [EC2Rule], of reference: SecurityGroupReference, now: Timestamp) {
        guard var group = groups[reference] else { return }
        let outbound = group.rules.filter(\.isEgress)
        group.write(rules.map { numbered($0) } + outbound, now: now, visibleAt: now)
        groups[reference] = group
    }

    private mutating func numbered(_ rule: EC2Rule) -> EC2Rule {
        var rule = rule
        if rule.id.isEmpty { rule.id = "sgr-" + random.hex(17) }
        return rule
    }

    func group(_ id: String, region: String) throws(AWSError) -> EC2Group {
        guard id.hasPrefix("sg-"), (8...17).contains(id.utf8.count - 3) else {
            throw AWSError("InvalidGroupId.Malformed", "Invalid id: \"\(id)\" (expecting \"sg-...\")")
        }
        guard let group = groups[SecurityGroupReference(id: id, region: region)] else {
            throw AWSError("InvalidGroup.NotFound", "The security group '\(id)' does not exist")
        }
        return group
    }

    package mutating func described(_ reference: SecurityGroupReference, now: Timestamp) -> [EC2Rule] {
        groups[reference]?.described(now: now) ?? []
    }

    /// Adds rules, all or none.
    ///
    /// Source: EC2 API Reference, AuthorizeSecurityGroupIngress and "Error codes for the Amazon EC2 API"; Amazon VPC User Guide,
    /// quotas.
    package mutating func authorize(_ wanted: [EC2Rule], group id: String, region: String, now: Timestamp) throws(AWSError) -> [EC2Rule] {
        var group = try group(id, region: region)
        guard !wanted.isEmpty else {
            throw AWSError("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
        }
        guard wanted.count <= Self.rulesPerCall else {
            throw AWSError("InvalidParameterValue", "At most \(Self.rulesPerCall) rules can be given in one call")
        }
        guard Set(wanted.map(\.identity)).count == wanted.count else {
            throw AWSError("InvalidParameterValue", "The same permission must not appear multiple times")
        }
        let present = Set(group.rules.map(\.identity))
        if let twin = wanted.first(where: { present.contains($0.identity) }) {
            throw AWSError("InvalidPermission.Duplicate", "the specified rule \"\(twin.peer)\" already exists")
        }
        let after = group.inbound + wanted
        guard IPAddress.Family.both.allSatisfy({ count(after, $0) <= settings.rulesPerGroup || count(wanted, $0) == 0 }) else {
            throw AWSError(
                "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
        }
        let added = wanted.map { numbered($0) }
        group.write(group.rules + added, now: now, visibleAt: now + settings.describeLag)
        groups[SecurityGroupReference(id: id, region: region)] = group
        return added
    }

    /// How many rules of a family's quota they use. A security group counts for both families, a prefix list as its entries.
    private func count(_ rules: [EC2Rule], _ family: IPAddress.Family) -> Int {
        rules.reduce(0) { total, rule in
            switch rule.source {
            case .cidr(let block): total + (block.family == family ? 1 : 0)
            case .securityGroup: total + 1
            case .prefixList(let id): total + (family == .v4 ? settings.prefixListEntries[id] ?? 1 : 0)
            }
        }
    }

    package mutating func revoke(ids: [String], group id: String, region: String, now: Timestamp) throws(AWSError) -> [EC2Rule] {
        var group = try group(id, region: region)
        var revoked: [EC2Rule] = []
        for ruleID in ids {
            guard let rule = group.inbound.first(where: { $0.id == ruleID }) else {
                throw AWSError("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(ruleID)' does not exist")
            }
            revoked.append(rule)
        }
        let gone = Set(ids)
        group.write(group.rules.filter { !gone.contains($0.id) }, now: now, visibleAt: now + settings.describeLag)
        groups[SecurityGroupReference(id: id, region: region)] = group
        return revoked
    }

    /// Takes away what matches; outside the default VPC a mismatch fails the call, and nothing is taken away.
    package mutating func revoke(_ unwanted: [EC2Rule], group id: String, region: String, now: Timestamp)
        throws(AWSError) -> (revoked: [EC2Rule], unknown: [EC2Rule])
    {
        var group = try group(id, region: region)
        let byIdentity = Dictionary(group.inbound.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let unknown = unwanted.filter { byIdentity[$0.identity] == nil }
        if !unknown.isEmpty, !group.isDefaultVPC {
            throw AWSError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
        }
        let revoked = unwanted.compactMap { byIdentity[$0.identity] }
        let gone = Set(revoked.map(\.id))
        group.write(group.rules.filter { !gone.contains($0.id) }, now: now, visibleAt: now + settings.describeLag)
        groups[SecurityGroupReference(id: id, region: region)] = group
        return (revoked, unknown)
    }

    /// Changes descriptions in place.
    mutating func describe(_ changes: [(match: (EC2Rule) -> Bool, text: String?)], group id: String, region: String, now: Timestamp)
        throws(AWSError)
    {
        var group = try group(id, region: region)
        var rules = group.rules
        for change in changes {
            guard let index = rules.firstIndex(where: { !$0.isEgress && change.match($0) }) else {
                throw AWSError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
            }
            rules[index].description = change.text
        }
        group.write(rules, now: now, visibleAt: now + settings.describeLag)
        groups[SecurityGroupReference(id: id, region: region)] = group
    }
}

extension IPAddress.Family {
    static let both: [IPAddress.Family] = [.v4, .v6]
}

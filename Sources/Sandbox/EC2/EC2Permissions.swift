import Model

/// Reads the rules that a Query call names: `IpPermissions.N`, or the flat `IpProtocol`, `FromPort`, `ToPort`, `CidrIp`.
///
/// Source: EC2 API Reference, IpPermission; AuthorizeSecurityGroupIngress.
enum EC2Permissions {
    static func rules(_ query: QueryTree) throws(AWSError) -> [EC2Rule] {
        var rules: [EC2Rule] = []
        for permission in query["IpPermissions"].members { rules += try read(permission) }
        if let cidr = query["CidrIp"].value {
            rules.append(EC2Rule(traffic: try traffic(query), source: .cidr(try block(cidr, .v4))))
        }
        return rules
    }

    private static func read(_ permission: QueryTree) throws(AWSError) -> [EC2Rule] {
        let traffic = try traffic(permission)
        var rules: [EC2Rule] = []
        func add(_ source: SecurityGroupRule.Source, _ item: QueryTree) throws(AWSError) {
            rules.append(EC2Rule(traffic: traffic, source: source, description: try description(item["Description"].value)))
        }
        for item in permission["IpRanges"].members { try add(.cidr(try block(item["CidrIp"].value ?? "", .v4)), item) }
        for item in permission["Ipv6Ranges"].members { try add(.cidr(try block(item["CidrIpv6"].value ?? "", .v6)), item) }
        for item in permission["PrefixListIds"].members { try add(.prefixList(item["PrefixListId"].value ?? ""), item) }
        for item in permission["Groups"].members {
            try add(.securityGroup(item["GroupId"].value ?? "", userID: item["UserId"].value), item)
        }
        return rules
    }

    /// Numbers of protocols read back as names; ports are dropped outside tcp, udp, icmp and icmpv6.
    private static func traffic(_ permission: QueryTree) throws(AWSError) -> Traffic {
        guard let text = permission["IpProtocol"].value else {
            throw AWSError("MissingParameter", "The request must contain the parameter ipProtocol")
        }
        guard let kind = IPProtocol(ec2: text) else {
            throw AWSError("InvalidParameterValue", "Invalid value '\(text)' for IP protocol. Unknown protocol.")
        }
        let from = permission["FromPort"].value.flatMap(Int.init)
        let to = permission["ToPort"].value.flatMap(Int.init)
        switch kind {
        case .tcp, .udp:
            guard let from, let to else {
                throw AWSError(
                    "InvalidParameterValue", "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
            }
            guard (0...65_535).contains(from), (0...65_535).contains(to), from <= to else {
                throw AWSError("InvalidParameterValue", "Invalid TCP/UDP port range (\(from):\(to))")
            }
            return Traffic(protocol: kind, fromPort: from, toPort: to)
        case .icmp, .icmpv6: return Traffic(protocol: kind, fromPort: from ?? -1, toPort: to ?? -1)
        default: return Traffic(protocol: kind, fromPort: nil, toPort: nil)
        }
    }

    /// Host bits are masked, not refused.
    private static func block(_ text: String, _ family: IPAddress.Family) throws(AWSError) -> CIDR {
        guard let block = CIDR(masking: text), block.family == family else {
            throw AWSError("InvalidParameterValue", "CIDR block \(text) is malformed")
        }
        return block
    }

    static func description(_ text: String?) throws(AWSError) -> String? {
        guard let text else { return nil }
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789. _-:/()#,@[]+=&;{}!$*".unicodeScalars)
        guard text.unicodeScalars.count <= 255, text.unicodeScalars.allSatisfy(allowed.contains) else {
            throw AWSError(
                "InvalidParameterValue",
                "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
                    + "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
        }
        return text
    }

    /// Rules as IpPermissions: one for each protocol and range of ports.
    static func set(_ name: String, _ rules: [EC2Rule], group: EC2Group) -> XMLElement {
        let byTraffic = Dictionary(grouping: rules, by: \.traffic).sorted { $0.key < $1.key }
        return XMLElement(
            name,
            byTraffic.map { traffic, rules in
                var fields = [XMLElement("ipProtocol", traffic.protocol.ec2)]
                if let from = traffic.fromPort { fields.append(XMLElement("fromPort", String(from))) }
                if let to = traffic.toPort { fields.append(XMLElement("toPort", String(to))) }
                let items = rules.sorted { $0.id < $1.id }.map { $0.permissionItem(group: group) }
                for list in ["groups", "ipRanges", "ipv6Ranges", "prefixListIds"] {
                    fields.append(XMLElement(list, items.filter { $0.list == list }.map(\.item)))
                }
                return XMLElement("item", fields)
            })
    }
}

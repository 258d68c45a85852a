package import Model

/// A security group rule as EC2 keeps it: one source each.
package struct EC2Rule: Hashable, Sendable {
    /// `sgr-…`; empty until it is authorized.
    package var id: String
    package var isEgress: Bool
    package var traffic: Traffic
    package var source: SecurityGroupRule.Source
    package var description: String?

    package init(
        id: String = "", isEgress: Bool = false, traffic: Traffic, source: SecurityGroupRule.Source, description: String? = nil
    ) {
        self.id = id
        self.isEgress = isEgress
        self.traffic = traffic
        self.source = source
        self.description = description
    }

    /// What makes two rules the same; the description doesn't.
    package struct Identity: Hashable, Sendable {
        var isEgress: Bool
        var traffic: Traffic
        /// A group is the same whether or not its account is named.
        var source: String
    }

    package var identity: Identity {
        let text: String
        switch source {
        case .cidr(let block): text = block.description
        case .prefixList(let id): text = id
        case .securityGroup(let id, _): text = id
        }
        return Identity(isEgress: isEgress, traffic: traffic, source: text)
    }

    /// As EC2 names it in `InvalidPermission.Duplicate`.
    var peer: String {
        let name = traffic.protocol == .all ? "ALL" : traffic.protocol.ec2.uppercased()
        let ports = traffic.fromPort.map { ", from port: \($0), to port: \(traffic.toPort ?? $0)" } ?? ""
        return "peer: \(identity.source), \(name)\(ports), ALLOW"
    }

    func item(group: EC2Group) -> XMLElement {
        var fields: [XMLElement] = [
            XMLElement("securityGroupRuleId", id), XMLElement("groupId", group.id), XMLElement("groupOwnerId", group.ownerID),
            XMLElement("isEgress", isEgress ? "true" : "false"), XMLElement("ipProtocol", traffic.protocol.ec2),
            XMLElement("fromPort", String(traffic.fromPort ?? -1)), XMLElement("toPort", String(traffic.toPort ?? -1)),
        ]
        switch source {
        case .cidr(let block): fields.append(XMLElement(block.family == .v4 ? "cidrIpv4" : "cidrIpv6", block.description))
        case .prefixList(let id): fields.append(XMLElement("prefixListId", id))
        case .securityGroup(let id, let userID):
            fields.append(
                XMLElement("referencedGroupInfo", [XMLElement("groupId", id), XMLElement("userId", userID ?? group.ownerID)]))
        }
        if let description { fields.append(XMLElement("description", description)) }
        let arn = "arn:aws:ec2:\(group.region):\(group.ownerID):security-group-rule/\(id)"
        fields += [XMLElement("securityGroupRuleArn", arn), XMLElement("tagSet", [])]
        return XMLElement("item", fields)
    }

    /// The source's place in an IpPermission: the list's name and the item in it.
    func permissionItem(group: EC2Group) -> (list: String, item: XMLElement) {
        let note = description.map { [XMLElement("description", $0)] } ?? []
        switch source {
        case .cidr(let block) where block.family == .v4:
            return ("ipRanges", XMLElement("item", [XMLElement("cidrIp", block.description)] + note))
        case .cidr(let block): return ("ipv6Ranges", XMLElement("item", [XMLElement("cidrIpv6", block.description)] + note))
        case .prefixList(let id): return ("prefixListIds", XMLElement("item", [XMLElement("prefixListId", id)] + note))
        case .securityGroup(let id, let userID):
            let pair = [XMLElement("userId", userID ?? group.ownerID), XMLElement("groupId", id)]
            return ("groups", XMLElement("item", pair + note))
        }
    }
}

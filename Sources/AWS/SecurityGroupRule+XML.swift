import Model
import XML

/// Why an item of an answer is not a rule that could be used.
struct MalformedRule: Error, Hashable {
    var message: String
}

extension SecurityGroupRule {
    /// Reads an item of `securityGroupRuleSet`; `nil` for an outbound rule.
    ///
    /// Source: EC2 API Reference, SecurityGroupRule: exactly one of `cidrIpv4`, `cidrIpv6`, `prefixListId` and
    /// `referencedGroupInfo`.
    init?(_ item: XMLElement, of groupID: String) throws(MalformedRule) {
        guard item.name == "item", let id = item.value("securityGroupRuleId") else {
            throw MalformedRule(message: "it has no securityGroupRuleId")
        }
        func malformed(_ message: String) -> MalformedRule { MalformedRule(message: "\(id.prefix(64)): \(message)") }
        guard item.text("groupId") == groupID else {
            throw malformed("it belongs to \(item.text("groupId")?.prefix(64) ?? "no group")")
        }
        switch item.text("isEgress") {
        case "true": return nil
        case "false": break
        default: throw malformed("it is neither inbound nor outbound")
        }
        guard let name = item.value("ipProtocol"), let ipProtocol = IPProtocol(ec2: name) else {
            throw malformed("ipProtocol '\(item.text("ipProtocol")?.prefix(32) ?? "")'")
        }
        let traffic = Traffic(
            protocol: ipProtocol, fromPort: try Self.port("fromPort", item, id), toPort: try Self.port("toPort", item, id))
        self.init(id: id, traffic: traffic, source: try Self.source(item, id), description: item.text("description") ?? "")
    }

    private static func port(_ name: String, _ item: XMLElement, _ id: String) throws(MalformedRule) -> Int? {
        guard let text = item.value(name) else { return nil }
        guard let number = Int(text), (-1...65_535).contains(number) else {
            throw MalformedRule(message: "\(id.prefix(64)): \(name) '\(text.prefix(32))'")
        }
        return number
    }

    private static func source(_ item: XMLElement, _ id: String) throws(MalformedRule) -> Source {
        var sources: [Source] = []
        for (name, family) in [("cidrIpv4", IPAddress.Family.v4), ("cidrIpv6", .v6)] {
            guard let text = item.value(name) else { continue }
            guard let block = CIDR(masking: text), block.family == family else {
                throw MalformedRule(message: "\(id.prefix(64)): \(name) '\(text.prefix(64))'")
            }
            sources.append(.cidr(block))
        }
        if let list = item.value("prefixListId") { sources.append(.prefixList(list)) }
        if let group = item["referencedGroupInfo"], let groupID = group.value("groupId") {
            sources.append(.securityGroup(groupID, userID: group.value("userId")))
        }
        guard sources.count == 1 else {
            throw MalformedRule(message: "\(id.prefix(64)): \(sources.count) sources that are known, where EC2 has one")
        }
        return sources[0]
    }
}

import Cryptography
import Model

extension EC2FrontEnd {
    func describeGroups(_ query: QueryTree, region: String, ec2: inout EC2World, now: Timestamp) throws(AWSError) -> [XMLElement] {
        let filters = try Self.filters(query, known: ["group-id", "group-name", "vpc-id", "owner-id"])
        var wanted = ec2.groups.values.filter { $0.region == region }
        let ids = query["GroupId"].texts
        if !ids.isEmpty {
            for id in ids { _ = try ec2.group(id, region: region) }
            wanted.removeAll { !ids.contains($0.id) }
        }
        let names = query["GroupName"].texts
        if !names.isEmpty { wanted.removeAll { !names.contains($0.name) } }
        wanted.removeAll { group in
            let values = ["group-id": group.id, "group-name": group.name, "vpc-id": group.vpcID, "owner-id": group.ownerID]
            return !filters.allSatisfy { values[$0.name].map($0.matches) ?? false }
        }
        let (page, next) = try Self.page(wanted.sorted { $0.id < $1.id }, query)
        let items = page.map { group in
            item(group, rules: ec2.described(SecurityGroupReference(id: group.id, region: region), now: now))
        }
        return [XMLElement("securityGroupInfo", items)] + (next.map { [XMLElement("nextToken", $0)] } ?? [])
    }

    private func item(_ group: EC2Group, rules: [EC2Rule]) -> XMLElement {
        XMLElement(
            "item",
            [
                XMLElement("ownerId", group.ownerID), XMLElement("groupId", group.id), XMLElement("groupName", group.name),
                XMLElement("groupDescription", group.description), XMLElement("vpcId", group.vpcID),
                XMLElement(
                    "securityGroupArn", "arn:aws:ec2:\(group.region):\(group.ownerID):security-group/\(group.id)"),
                EC2Permissions.set("ipPermissions", rules.filter { !$0.isEgress }, group: group),
                EC2Permissions.set("ipPermissionsEgress", rules.filter(\.isEgress), group: group), XMLElement("tagSet", []),
            ])
    }

    func describeRules(_ query: QueryTree, region: String, ec2: inout EC2World, now: Timestamp) throws(AWSError) -> [XMLElement] {
        let filters = try Self.filters(query, known: ["group-id", "security-group-rule-id"])
        let ids = query["SecurityGroupRuleId"].texts
        if !ec2.settings.missingGroupReadsEmpty {
            for filter in filters where filter.name == "group-id" {
                for id in filter.values { _ = try ec2.group(id, region: region) }
            }
        }
        var found: [(group: EC2Group, rule: EC2Rule)] = []
        for group in ec2.groups.values where group.region == region {
            guard filters.allSatisfy({ $0.name != "group-id" || $0.matches(group.id) }) else { continue }
            let reference = SecurityGroupReference(id: group.id, region: region)
            found += ec2.described(reference, now: now).map { (group, $0) }
        }
        found.removeAll { entry in !filters.allSatisfy { $0.name != "security-group-rule-id" || $0.matches(entry.rule.id) } }
        for id in ids where !found.contains(where: { $0.rule.id == id }) {
            throw AWSError("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(id)' does not exist")
        }
        if !ids.isEmpty { found.removeAll { !ids.contains($0.rule.id) } }
        let (page, next) = try Self.page(found.sorted { $0.rule.id < $1.rule.id }, query)
        return [XMLElement("securityGroupRuleSet", page.map { $0.rule.item(group: $0.group) })]
            + (next.map { [XMLElement("nextToken", $0)] } ?? [])
    }

    struct Filter {
        var name: String
        var values: [String]

        /// `*` stands for any characters. Source: EC2 User Guide, "List and filter using the CLI and API".
        func matches(_ text: String) -> Bool {
            values.contains { value in value == text || (value.hasSuffix("*") && text.hasPrefix(value.dropLast())) }
        }
    }

    private static func filters(_ query: QueryTree, known: Set<String>) throws(AWSError) -> [Filter] {
        var filters: [Filter] = []
        for member in query["Filter"].members {
            let name = member["Name"].value ?? ""
            guard known.contains(name) else { throw AWSError("InvalidParameterValue", "The filter '\(name)' is invalid") }
            filters.append(Filter(name: name, values: member["Value"].texts))
        }
        return filters
    }

    /// `MaxResults` 5 to 1000; without it everything is returned. Source: EC2 API Reference, DescribeSecurityGroupRules.
    private static func page<Item>(_ items: [Item], _ query: QueryTree) throws(AWSError) -> ([Item], String?) {
        var start = 0
        if let token = query["NextToken"].value {
            guard let bytes = Base64.decodeURL(token), let offset = Int(String(decoding: bytes, as: UTF8.self)),
                (0...items.count).contains(offset)
            else { throw AWSError("InvalidPaginationToken", "The pagination token is not valid") }
            start = offset
        }
        guard let text = query["MaxResults"].value else { return (Array(items.dropFirst(start)), nil) }
        guard let limit = Int(text), (5...1000).contains(limit) else {
            throw AWSError(
                "InvalidParameterValue",
                "Value ( \(text) ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.")
        }
        let page = Array(items.dropFirst(start).prefix(limit))
        let end = start + page.count
        return (page, end < items.count ? Base64.encodeURL(Array(String(end).utf8)) : nil)
    }
}

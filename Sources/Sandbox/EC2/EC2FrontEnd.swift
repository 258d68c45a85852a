package import Model

/// EC2's Query API, version 2016-11-15, so far as security groups go.
///
/// Source: EC2 API Reference; shapes as in botocore's ec2/2016-11-15 model.
package struct EC2FrontEnd: FrontEnd {
    package let api = SandboxAPI.ec2
    static let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"

    private let authentication = AWSAuthentication(.ec2)

    package init() {}

    package func identify(_ request: WireRequest) -> WireCall {
        let query = Self.query(request)
        let resource =
            query["GroupId"].value ?? query["GroupId"].texts.first
            ?? query["Filter"].members.first { $0["Name"].value == "group-id" }?["Value"].texts.first ?? ""
        return WireCall(operation: query["Action"].value ?? "unknown", resource: resource)
    }

    package func refusal(status: Int, code: String, message: String, in world: inout World) -> WireResponse {
        Self.refusal(AWSError(code, message, status: status), requestID: world.random.uuid())
    }

    package func perform(
        _ call: WireCall, _ request: WireRequest, in world: inout World, now: Timestamp, received: Timestamp
    ) -> WireReply {
        let requestID = world.random.uuid()
        do throws(AWSError) {
            let (credential, region) = try authenticate(call, request, world: world, now: now)
            let query = Self.query(request)
            if query["DryRun"].isTrue {
                throw AWSError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status: 412)
            }
            let content = try answer(
                call.operation, query, account: credential.account, region: region, ec2: &world.ec2, now: now)
            let root = XMLElement(call.operation + "Response", [XMLElement("requestId", requestID)] + content)
            return .answer(
                WireResponse(
                    status: 200, headers: Self.headers(requestID), body: root.document(namespace: Self.namespace)))
        } catch {
            return .answer(Self.refusal(error, requestID: requestID))
        }
    }

    /// Parameters of the query and of a form-encoded body.
    private static func query(_ request: WireRequest) -> QueryTree {
        var parameters = request.parameters
        if request.method == "POST" { parameters.append(WireParameters(query: String(decoding: request.body, as: UTF8.self))) }
        return QueryTree(parameters)
    }

    private static func headers(_ requestID: String) -> [(name: String, value: String)] {
        [("Content-Type", "text/xml;charset=UTF-8"), ("x-amzn-RequestId", requestID), ("Server", "AmazonEC2")]
    }

    private static func refusal(_ error: AWSError, requestID: String) -> WireResponse {
        let root = XMLElement(
            "Response",
            [
                XMLElement(
                    "Errors", [XMLElement("Error", [XMLElement("Code", error.code), XMLElement("Message", error.message)])]),
                XMLElement("RequestID", requestID),
            ])
        return WireResponse(
            status: error.status, headers: headers(requestID), body: root.document(namespace: nil), errorCode: error.code)
    }

    /// Whose request it is, and the region that it was signed for.
    private func authenticate(_ call: WireCall, _ request: WireRequest, world: World, now: Timestamp)
        throws(AWSError) -> (AWSIdentity.Credential, region: String)
    {
        let (credential, region) = try authentication.verify(request, identity: world.aws, now: now)
        guard credential.may("ec2:\(call.operation)") else {
            throw AWSError(
                "UnauthorizedOperation",
                "You are not authorized to perform this operation. User: \(credential.arn) is not authorized to perform: "
                    + "ec2:\(call.operation) because no identity-based policy allows the ec2:\(call.operation) action", status: 403)
        }
        return (credential, region)
    }

    private func answer(
        _ action: String, _ query: QueryTree, account: String, region: String, ec2: inout EC2World, now: Timestamp
    ) throws(AWSError) -> [XMLElement] {
        switch action {
        case "DescribeSecurityGroups": return try describeGroups(query, region: region, ec2: &ec2, now: now)
        case "DescribeSecurityGroupRules": return try describeRules(query, region: region, ec2: &ec2, now: now)
        case "AuthorizeSecurityGroupIngress":
            let id = try Self.groupID(query)
            let added = try ec2.authorize(try EC2Permissions.rules(query), group: id, region: region, now: now)
            let group = try ec2.group(id, region: region)
            return [
                XMLElement("return", "true"), XMLElement("securityGroupRuleSet", added.map { $0.item(group: group) }),
            ]
        case "RevokeSecurityGroupIngress": return try revoke(query, region: region, ec2: &ec2, now: now)
        case "UpdateSecurityGroupRuleDescriptionsIngress":
            try updateDescriptions(query, region: region, ec2: &ec2, now: now)
            return [XMLElement("return", "true")]
        case "CreateSecurityGroup":
            let group = ec2.addGroup(
                name: query["GroupName"].value ?? "", region: region, account: account,
                vpcID: query["VpcId"].value ?? "vpc-0a1b2c3d4e5f60718")
            return [XMLElement("return", "true"), XMLElement("groupId", group.id), XMLElement("tagSet", [])]
        case "DescribeRegions":
            let regions = Set(ec2.groups.keys.map(\.region)).sorted()
            return [
                XMLElement(
                    "regionInfo",
                    regions.map {
                        XMLElement(
                            "item",
                            [
                                XMLElement("regionName", $0), XMLElement("regionEndpoint", "ec2.\($0).amazonaws.com"),
                                XMLElement("optInStatus", "opt-in-not-required"),
                            ])
                    })
            ]
        default: throw AWSError("InvalidAction", "The action \(action) is not valid for this web service.")
        }
    }

    private static func groupID(_ query: QueryTree) throws(AWSError) -> String {
        guard let id = query["GroupId"].value else {
            throw AWSError("MissingParameter", "The request must contain the parameter groupName or groupId")
        }
        return id
    }

    private func revoke(_ query: QueryTree, region: String, ec2: inout EC2World, now: Timestamp) throws(AWSError) -> [XMLElement] {
        let id = try Self.groupID(query)
        let ids = query["SecurityGroupRuleId"].texts
        let rules = try EC2Permissions.rules(query)
        let group = try ec2.group(id, region: region)
        guard ids.isEmpty || rules.isEmpty else {
            throw AWSError(
                "InvalidParameterCombination", "Security group rule ids and IP permissions can't be given together")
        }
        guard !ids.isEmpty || !rules.isEmpty else {
            throw AWSError("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
        }
        guard max(ids.count, rules.count) <= EC2World.rulesPerCall else {
            throw AWSError("InvalidParameterValue", "At most \(EC2World.rulesPerCall) rules can be given in one call")
        }
        var unknown: [EC2Rule] = []
        let revoked: [EC2Rule]
        if ids.isEmpty {
            (revoked, unknown) = try ec2.revoke(rules, group: id, region: region, now: now)
        } else {
            revoked = try ec2.revoke(ids: ids, group: id, region: region, now: now)
        }
        var answer = [XMLElement("return", "true")]
        if !unknown.isEmpty { answer.append(EC2Permissions.set("unknownIpPermissionSet", unknown, group: group)) }
        answer.append(XMLElement("revokedSecurityGroupRuleSet", revoked.map { $0.revokedItem(group: group) }))
        return answer
    }

    private func updateDescriptions(_ query: QueryTree, region: String, ec2: inout EC2World, now: Timestamp) throws(AWSError) {
        var changes: [(match: (EC2Rule) -> Bool, text: String?)] = []
        for item in query["SecurityGroupRuleDescription"].members {
            let id = item["SecurityGroupRuleId"].value
            changes.append(({ $0.id == id }, try EC2Permissions.description(item["Description"].value)))
        }
        for rule in try EC2Permissions.rules(query) {
            let identity = rule.identity
            changes.append(({ $0.identity == identity }, rule.description))
        }
        try ec2.describe(changes, group: try Self.groupID(query), region: region, now: now)
    }
}

extension EC2Rule {
    /// A member of `revokedSecurityGroupRuleSet`. Source: EC2 API Reference, RevokedSecurityGroupRule.
    fileprivate func revokedItem(group: EC2Group) -> XMLElement {
        var fields: [XMLElement] = [
            XMLElement("securityGroupRuleId", id), XMLElement("groupId", group.id), XMLElement("isEgress", "false"),
            XMLElement("ipProtocol", traffic.protocol.ec2), XMLElement("fromPort", String(traffic.fromPort ?? -1)),
            XMLElement("toPort", String(traffic.toPort ?? -1)),
        ]
        switch source {
        case .cidr(let block): fields.append(XMLElement(block.family == .v4 ? "cidrIpv4" : "cidrIpv6", block.description))
        case .prefixList(let id): fields.append(XMLElement("prefixListId", id))
        case .securityGroup(let id, _): fields.append(XMLElement("referencedGroupId", id))
        }
        if let description { fields.append(XMLElement("description", description)) }
        return XMLElement("item", fields)
    }
}

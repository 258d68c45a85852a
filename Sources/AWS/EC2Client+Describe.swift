package import Model
import XML

extension EC2Client {
    /// More pages than any group has: 20,000 rules.
    static let pageLimit = 20

    /// All inbound rules of a group that exists.
    ///
    /// One call in the ordinary case. Where no inbound rule comes back, DescribeSecurityGroups is asked as well, since a group
    /// that does not exist reads as one without rules with some implementations. A rule that can't be understood fails the
    /// whole reading: a shorter list would be taken for the truth.
    /// - Throws: `.missing` when there is no such group.
    ///
    /// Source: EC2 API Reference, DescribeSecurityGroupRules and DescribeSecurityGroups.
    package func describeSecurityGroup(_ reference: SecurityGroupReference) async throws(APIError) -> SecurityGroup {
        guard reference.region == region else {
            throw APIError(
                api: .ec2, operation: EC2Operation.describeSecurityGroupRules.rawValue, resource: reference.description,
                code: "region", message: "this client calls \(region)", disposition: .permanent)
        }
        let rules = try await rules(of: reference)
        if Self.isDoubtful(rules) { try await confirmEmpty(reference) }
        return SecurityGroup(reference: reference, rules: rules)
    }

    /// Whether rules are to be believed only once DescribeSecurityGroups shows the group, and shows none either.
    package static func isDoubtful(_ rules: [SecurityGroupRule]) -> Bool { rules.isEmpty && !Mutant.believesNoRules.isActive }

    private func rules(of reference: SecurityGroupReference) async throws(APIError) -> [SecurityGroupRule] {
        var rules: [String: SecurityGroupRule] = [:]
        var tokens: Set<String> = []
        var token: String?
        for _ in 0..<Self.pageLimit {
            let call = pageCall(of: reference, token: token)
            let answer = try await read(call)
            guard let set = answer.root["securityGroupRuleSet"] else {
                throw unreadable(call, "no securityGroupRuleSet in the answer")
            }
            for item in set.children {
                let rule: SecurityGroupRule?
                do {
                    rule = try SecurityGroupRule(item, of: reference.id)
                } catch {
                    throw APIError(
                        api: .ec2, operation: call.operation, resource: call.resource, code: "malformed-rule", httpStatus: 200,
                        message: "a rule can't be understood, so the group counts as unread: \(error.message)",
                        disposition: .permanent)
                }
                guard let rule else { continue }
                guard rules.updateValue(rule, forKey: rule.id) == nil else {
                    throw inconsistent(call, "repeated-rule", "the rule \(rule.id) came twice")
                }
            }
            token = answer.root.value("nextToken")
            guard let token else { return Array(rules.values) }
            guard tokens.insert(token).inserted else {
                throw inconsistent(call, "repeated-token", "a page's NextToken came twice")
            }
        }
        throw inconsistent(
            pageCall(of: reference, token: nil), "too-many-pages", "more than \(Self.pageLimit) pages of 1000 rules")
    }

    private func pageCall(of reference: SecurityGroupReference, token: String?) -> QueryCall {
        var parameters = QueryParameters()
        parameters.add("Filter.1.Name", "group-id")
        parameters.add("Filter.1.Value.1", reference.id)
        parameters.add("MaxResults", 1000)
        if let token { parameters.add("NextToken", token) }
        return call(.describeSecurityGroupRules, on: reference, parameters, gate: nil)
    }

    /// Returns when the group exists and has no inbound rule.
    private func confirmEmpty(_ reference: SecurityGroupReference) async throws(APIError) {
        var parameters = QueryParameters()
        parameters.add("GroupId.1", reference.id)
        let call = call(.describeSecurityGroups, on: reference, parameters, gate: nil)
        let answer = try await read(call)
        guard answer.root["securityGroupInfo"] != nil else { throw unreadable(call, "no securityGroupInfo in the answer") }
        guard let group = answer.root.items("securityGroupInfo").first(where: { $0.text("groupId") == reference.id }) else {
            throw APIError(
                api: .ec2, operation: call.operation, resource: call.resource, code: "InvalidGroup.NotFound", httpStatus: 200,
                message: "EC2 lists no such group; check the policy's id, region and account", disposition: .missing)
        }
        // The two actions can answer from states of different age.
        guard group.items("ipPermissions").isEmpty else {
            throw inconsistent(
                call, "contradiction", "DescribeSecurityGroups shows inbound rules, DescribeSecurityGroupRules none")
        }
    }

    private func inconsistent(_ call: QueryCall, _ code: String, _ message: String) -> APIError {
        APIError(
            api: .ec2, operation: call.operation, resource: call.resource, code: code, httpStatus: 200, message: message,
            disposition: .reread)
    }
}

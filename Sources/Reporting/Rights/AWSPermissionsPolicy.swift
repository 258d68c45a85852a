package import Model

/// What a role, or whatever identity Drawbridge acts as in AWS, has to be allowed.
///
/// The writes name each group by its ARN, which says region, account and group: a condition on `ec2:SecurityGroupID` or `ec2:Vpc`, which
/// are the other keys that these actions have, would say the same again. The reads know no resources; a condition keeps them to the
/// groups' regions. `security-group-rule/*` is not needed: it is looked at only where a request sets tags, and Drawbridge sets none; so
/// neither is `ec2:CreateTags`.
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".
package struct AWSPermissionsPolicy: Hashable, Sendable {
    package static let reads = ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"]
    package static let writes = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    /// Needed where a group has a `roleArn` and its identity is the surroundings'.
    package static let assumption = "sts:AssumeRole"
    /// Optional: `drawbridge doctor` asks with it whether the database behind a group can be reached at all. The loop never does.
    package static let diagnosis = ["rds:DescribeDBInstances"]

    package let document: AWSPolicyDocument
    package var json: String { document.json }

    /// What one identity needs: the rules of groups, and the roles that it takes for others.
    ///
    /// - Parameters:
    ///   - groups: those that are read and written with this identity; all of one account and partition.
    ///   - roles: ARNs of the roles that it takes; of any account.
    ///   - accountID: the groups' owner, 12 digits.
    ///   - partition: `aws`, `aws-cn`, ….
    package init(groups: [SecurityGroupReference], assuming roles: [String], accountID: String, partition: String) {
        let groups = Set(groups).sorted()
        var statements: [AWSPolicyStatement] = []
        if !groups.isEmpty {
            let arns = groups.map { "arn:\(partition):ec2:\($0.region):\(accountID):security-group/\($0.id)" }
            statements.append(
                AWSPolicyStatement(
                    sid: "ReadSecurityGroups", actions: Self.reads, on: ["*"], where: ["ec2:Region": Set(groups.map(\.region)).sorted()]))
            statements.append(AWSPolicyStatement(sid: "WriteInboundRules", actions: Self.writes, on: arns, where: [:]))
        }
        if !roles.isEmpty {
            statements.append(
                AWSPolicyStatement(sid: "TakeRoles", actions: [Self.assumption], on: Set(roles).sorted(), where: [:]))
        }
        document = AWSPolicyDocument(statements)
    }

    private init(_ statements: [AWSPolicyStatement]) { document = AWSPolicyDocument(statements) }

    /// The optional right of `drawbridge doctor`, a document by itself: the databases of the groups' regions may be listed.
    ///
    /// A list is asked for on the resource `db:*` of the region.
    /// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon RDS".
    package static func diagnosis(regions: [String], accountID: String, partition: String) -> AWSPermissionsPolicy {
        let arns = Set(regions).sorted().map { "arn:\(partition):rds:\($0):\(accountID):db:*" }
        return AWSPermissionsPolicy([AWSPolicyStatement(sid: "ReadDatabases", actions: Self.diagnosis, on: arns, where: [:])])
    }
}

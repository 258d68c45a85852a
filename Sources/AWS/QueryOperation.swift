/// The actions of one service that Drawbridge calls, by the vendor's names. A call is made of nothing else, so an action that is in none
/// of these lists can't be asked for, and the files in `policies/` can be held against them.
protocol QueryOperation: RawRepresentable<String>, Hashable, Sendable, CaseIterable {}

extension EC2Operation: QueryOperation {}

/// Source: AWS Security Token Service API Reference, Actions.
enum STSOperation: String, QueryOperation {
    /// Needs `sts:AssumeRole`, and the role's trust policy.
    case assumeRole = "AssumeRole"
    /// Needs the role's trust policy alone: nobody is known before.
    case assumeRoleWithWebIdentity = "AssumeRoleWithWebIdentity"
    /// Needs no permission.
    case getCallerIdentity = "GetCallerIdentity"
}

/// Source: Amazon RDS API Reference, Actions.
enum RDSOperation: String, QueryOperation {
    case describeDBInstances = "DescribeDBInstances"
}

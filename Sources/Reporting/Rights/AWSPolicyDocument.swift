/// An IAM policy: what stands in a file that `aws iam put-role-policy` or `create-role` is given.
package struct AWSPolicyDocument: Hashable, Sendable {
    /// Characters that all inline policies of a role may have together, blanks and line ends not counted.
    /// Source: IAM User Guide, "IAM and AWS STS quotas".
    package static let inlineLimit = 10_240

    package let statements: [AWSPolicyStatement]

    init(_ statements: [AWSPolicyStatement]) { self.statements = statements }

    /// Indented, with a line end. The same statements give the same bytes.
    package var json: String { tree.document }

    /// As IAM counts it.
    package var size: Int { json.count { !$0.isWhitespace } }

    var tree: OrderedJSON {
        .object([.init("Version", .text("2012-10-17")), .init("Statement", .list(statements.map(\.json)))])
    }
}

package import Model

/// How a group's inbound rules stand against EC2's quota, for one IP family.
///
/// Source: Amazon VPC quotas: rules are counted a family; a rule whose source is a security group counts in both. A prefix list counts as
/// its MaxEntries, which reading rules does not tell: it is counted as one here, and EC2's own refusal has the last word.
package struct QuotaUse: Hashable, Sendable {
    package var family: IPAddress.Family
    package var before: Int
    /// After all that the plan carries out.
    package var after: Int
    package var limit: Int

    package init(family: IPAddress.Family, before: Int, after: Int, limit: Int) {
        self.family = family
        self.before = before
        self.after = after
        self.limit = limit
    }

    package static func count(_ rules: some Sequence<SecurityGroupRule>, family: IPAddress.Family) -> Int {
        rules.reduce(0) { $0 + ($1.source.cidr.map { $0.family == family } ?? true ? 1 : 0) }
    }
}

package import Model

/// A rule of a group, with what it admitted when it was read: an approval covers this, not whatever the id may come to mean.
package struct RuleReference: Hashable, Sendable, Comparable {
    package var group: SecurityGroupReference
    package var ruleID: String
    package var traffic: Traffic
    package var source: SecurityGroupRule.Source

    package init(group: SecurityGroupReference, rule: SecurityGroupRule) {
        self.group = group
        ruleID = rule.id
        traffic = rule.traffic
        source = rule.source
    }

    package static func < (a: Self, b: Self) -> Bool { (a.group, a.ruleID) < (b.group, b.ruleID) }

    /// One line of the text that an approval's digest is taken of.
    var canonicalText: String { "\(group.region)/\(group.id) \(ruleID) \(traffic) \(source)" }
}

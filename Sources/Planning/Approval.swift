import Model

/// What is held for approval, and the digest that approves exactly this.
package struct Approval: Hashable, Sendable {
    /// The first 12 hexadecimal digits of the SHA-256 of the held revocations' canonical text.
    package var digest: String
    /// Sorted.
    package var rules: [RuleReference]

    package init?(policy: String, groups: [GroupPlan], hash: @Sendable ([UInt8]) -> String) {
        rules = groups.flatMap { plan in
            plan.held.filter(\.needsApproval).map { RuleReference(group: plan.group, rule: $0.revocation.rule) }
        }.sorted()
        guard !rules.isEmpty else { return nil }
        let text = "whitelist \(policy)\n" + rules.map { "revoke \($0.canonicalText)\n" }.joined()
        digest = String(hash(Array(text.utf8)).prefix(12))
    }
}

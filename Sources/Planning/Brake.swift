package import Model

/// The brake on revocations: rule 5 of the plan.
///
/// It counts sources, not rules: an address that goes from two ports, or from two groups of a policy, counts once.
package struct Brake: Hashable, Sendable {
    /// Sources whose revocation is due, confirmed releases and those that wait for a node included: what trickles out pass by pass counts
    /// as one.
    package let pending: Int
    /// max(1, min(maxRevocations, half of what is admitted)).
    package let limit: Int

    /// - Parameter admitted: sources that the policy's groups admit in scope, with those that this plan adds. So the limit is the same
    ///   before the additions and after.
    package init(pending: Set<SecurityGroupRule.Source>, admitted: Set<SecurityGroupRule.Source>, maxRevocations: Int) {
        self.pending = pending.count
        limit = max(1, min(maxRevocations, admitted.count / 2))
    }

    package var holds: Bool { pending > limit && !Mutant.ignoresTheBrake.isActive }
}

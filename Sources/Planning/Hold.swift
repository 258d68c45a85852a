package import Model

/// Why a revocation that is due is not carried out now.
package enum Hold: Hashable, Sendable {
    /// More revocations are pending than the brake lets through: rule 5 of the plan.
    case brake(pending: Int, limit: Int)
    /// A foreign rule that also admits ports outside the managed ones: its revoke would cut those.
    case unmanagedPorts
    /// A foreign rule whose source is a security group or a prefix list.
    case indirectSource
    /// The reserved set is empty, and `safety.allowEmpty` is false.
    case emptyReservedSet
    /// Pool nodes still hold addresses that only this rule admits; they are moved first. Node names, sorted.
    case inUse([String])
    /// Reserved addresses are not yet read back as admitted; sorted.
    case notReadBack([CIDR])
    /// What the decision needs is not known.
    case unknown(Unknown)

    /// Whether `apply --approve DIGEST` frees it. The others end by themselves, or when their cause does.
    package var isApprovable: Bool {
        switch self {
        case .brake, .unmanagedPorts, .indirectSource: true
        case .emptyReservedSet, .inUse, .notReadBack, .unknown: false
        }
    }
}

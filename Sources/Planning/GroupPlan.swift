package import Model

/// What is to be done to one security group, and why each of its rules stays, goes or waits.
package struct GroupPlan: Hashable, Sendable {
    package struct Authorization: Hashable, Sendable {
        package var permission: IpPermission
        package var address: AddressReference
    }

    package struct Revocation: Hashable, Sendable {
        package var rule: SecurityGroupRule
        package var reason: Reason

        package enum Reason: Hashable, Sendable {
            /// The Address is gone for certain: a stranger may hold its IP already.
            case confirmedRelease
            /// The Address has left the reserved set.
            case stale
            case foreign
        }
    }

    package struct Held: Hashable, Sendable {
        package var revocation: Revocation
        package var hold: Hold
        /// Whether an approval is wanted for it, be it now or once the nodes that hold it up have moved: so a digest stays the same while
        /// they do.
        package var needsApproval: Bool
    }

    package struct Standing: Hashable, Sendable {
        package var rule: SecurityGroupRule
        package var ruleClass: RuleClass
    }

    package var group: SecurityGroupReference
    package var ports: [ManagedPort]
    /// `nil` when the group could be read.
    package var unknown: Unknown?
    /// Revoked before the authorizations, since the quota leaves no other room for them. A part of `revocations`.
    package var roomMaking: [Revocation] = []
    package var authorizations: [Authorization] = []
    /// To be carried out once the authorizations have been read back. Sorted by rule.
    package var revocations: [Revocation] = []
    package var held: [Held] = []
    /// Rules that stay: exact, kept, of another owner, foreign where foreign rules are only reported, out of scope.
    package var standing: [Standing] = []
    package var quota: [QuotaUse] = []
    /// Reserved Addresses that the quota has no room for, in the order in which they would have come.
    package var withoutRoom: [AddressReference] = []
    /// Reserved blocks that this group admits now, on every managed port.
    package var admitted: Set<CIDR> = []
    /// Everything due that stands for a decision of a brake: revocations, released or held.
    package var isConverged: Bool {
        unknown == nil && authorizations.isEmpty && revocations.isEmpty && withoutRoom.isEmpty
    }

    package init(group: SecurityGroupReference, ports: [ManagedPort], unknown: Unknown? = nil) {
        self.group = group
        self.ports = ports
        self.unknown = unknown
    }

    /// Rules of the given classes that stay.
    package func standing(where matches: (RuleClass) -> Bool) -> [SecurityGroupRule] {
        standing.filter { matches($0.ruleClass) }.map(\.rule)
    }
}

/// A call that the process makes, as the faults name it.
package enum CallKind: String, CaseIterable, Hashable, Sendable, Comparable {
    case listAddresses, listProjectAddresses, getAddress, getInstance, testPermissions
    case deleteAccessConfig, addAccessConfig, waitOperation
    case describeRules, describeGroups, authorizeIngress, revokeIngress
    case listNodes, getNode, setClaim, removeTaint, watchNodes
    case getLease, createLease, updateLease

    package enum Cloud: Hashable, Sendable { case compute, ec2, kubernetes }

    package var cloud: Cloud {
        switch self {
        case .listAddresses, .listProjectAddresses, .getAddress, .getInstance, .testPermissions, .deleteAccessConfig, .addAccessConfig,
            .waitOperation:
            .compute
        case .describeRules, .describeGroups, .authorizeIngress, .revokeIngress: .ec2
        case .listNodes, .getNode, .setClaim, .removeTaint, .watchNodes, .getLease, .createLease, .updateLease: .kubernetes
        }
    }

    /// Whether it changes something, leases included.
    package var writes: Bool {
        switch self {
        case .deleteAccessConfig, .addAccessConfig, .authorizeIngress, .revokeIngress, .setClaim, .removeTaint, .createLease, .updateLease:
            true
        default: false
        }
    }

    /// Whether only the elected replica may send it.
    package var needsLease: Bool { writes && self != .createLease && self != .updateLease }

    /// The vendor's name, for errors.
    var operation: String {
        switch self {
        case .listAddresses: "addresses.aggregatedList"
        case .listProjectAddresses: "addresses.aggregatedList"
        case .getAddress: "addresses.get"
        case .getInstance: "instances.get"
        case .testPermissions: "instances.testIamPermissions"
        case .deleteAccessConfig: "instances.deleteAccessConfig"
        case .addAccessConfig: "instances.addAccessConfig"
        case .waitOperation: "zoneOperations.wait"
        case .describeRules: "DescribeSecurityGroupRules"
        case .describeGroups: "DescribeSecurityGroups"
        case .authorizeIngress: "AuthorizeSecurityGroupIngress"
        case .revokeIngress: "RevokeSecurityGroupIngress"
        case .listNodes: "list nodes"
        case .getNode: "get node"
        case .setClaim, .removeTaint: "patch node"
        case .watchNodes: "watch nodes"
        case .getLease: "get lease"
        case .createLease: "create lease"
        case .updateLease: "patch lease"
        }
    }

    var index: Int { Self.indices[self]! }
    private static let indices = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    package static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// What Drawbridge writes into a rule's description: whose rule it is, and for which Address.
///
///     drawbridge:orders-db egress-1#4711
///
/// The policy's name, the Address's name and its numeric id. A rule that carries it was written by the Drawbridge of that policy; the id tells an Address from
/// a later one of the same name. Kubernetes names are at most 253 characters and GCE names 63: a policy name longer than 150 characters is refused when its file is read.
package struct RuleOwner: Hashable, Sendable {
    package var policy: String
    package var addressName: String
    package var addressID: String

    package static let prefix = "drawbridge:"

    package init(policy: String, addressName: String, addressID: String) {
        self.policy = policy
        self.addressName = addressName
        self.addressID = addressID
    }

    package var description: String { "\(Self.prefix)\(policy) \(addressName)#\(addressID)" }

    /// The owner that a description names; `nil` for a description that is not Drawbridge's.
    package init?(description: String) {
        guard description.hasPrefix(Self.prefix) else { return nil }
        let rest = description.dropFirst(Self.prefix.count)
        let parts = rest.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let policy = parts.first, !policy.isEmpty else { return nil }
        self.policy = String(policy)
        let address = parts.count == 2 ? parts[1].split(separator: "#", omittingEmptySubsequences: false) : []
        addressName = address.count == 2 ? String(address[0]) : ""
        addressID = address.count == 2 ? String(address[1]) : ""
    }

    /// Whether the description says which Address the rule was written for.
    package var namesAddress: Bool { !addressName.isEmpty && !addressID.isEmpty }
}

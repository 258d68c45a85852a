/// What Drawbridge writes into a rule's description: whose rule it is, and for which Address.
///
///     drawbridge:orders-db acme-prod/europe-west1/egress-1#4711
///
/// The policy's name, then project, region, name and numeric id of the Address. A rule that carries it was written by the Drawbridge of
/// that policy. The id tells an Address from a later one of the same name, the project tells a policy that was pointed at another project
/// from a release.
package struct RuleOwner: Hashable, Sendable {
    package var policy: String
    /// `nil` when the description names a policy and nothing that can be read as an Address.
    package var address: AddressReference?
    /// The numeric id; empty with `address == nil`.
    package var addressID: String

    package static let prefix = "drawbridge:"

    /// How long a policy's name and its project may be together, so that every description fits EC2's 255 characters:
    /// what is left beside a region of 30, an Address name of 63, an id of 20 and the punctuation.
    package static let maximumNameAndProjectLength = 127

    package init(policy: String, address: Address) {
        self.policy = policy
        self.address = address.reference
        addressID = address.id
    }

    package var description: String {
        guard let address else { return Self.prefix + policy }
        return "\(Self.prefix)\(policy) \(address.project)/\(address.region)/\(address.name)#\(addressID)"
    }

    /// The owner that a description names; `nil` for a description that is not Drawbridge's.
    package init?(description: String) {
        guard description.hasPrefix(Self.prefix) else { return nil }
        let parts = description.dropFirst(Self.prefix.count).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let policy = parts.first, !policy.isEmpty else { return nil }
        self.policy = String(policy)
        addressID = ""
        guard parts.count == 2 else { return }
        let halves = parts[1].split(separator: "#", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[1].isEmpty else { return }
        let path = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 3, path.allSatisfy({ !$0.isEmpty }) else { return }
        address = AddressReference(project: String(path[0]), region: String(path[1]), name: String(path[2]))
        addressID = String(halves[1])
    }
}

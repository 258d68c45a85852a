/// The identity of a security group: its id and the region whose endpoint answers for it.
package struct SecurityGroupReference: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `sg-` and hexadecimal digits.
    package var id: String
    package var region: String

    package init(id: String, region: String) {
        self.id = id
        self.region = region
    }

    package static func < (a: Self, b: Self) -> Bool { (a.region, a.id) < (b.region, b.id) }
    package var description: String { "\(id) in \(region)" }
}

/// All inbound rules of a security group that exists, as one complete reading.
package struct SecurityGroup: Hashable, Sendable {
    package var reference: SecurityGroupReference
    /// Inbound only, sorted by id.
    package var rules: [SecurityGroupRule]

    package init(reference: SecurityGroupReference, rules: [SecurityGroupRule]) {
        self.reference = reference
        self.rules = rules.sorted { $0.id < $1.id }
    }
}

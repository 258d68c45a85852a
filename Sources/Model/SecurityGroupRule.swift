/// One inbound rule of a security group. EC2 keeps one source a rule.
///
/// Source: EC2 API Reference, SecurityGroupRule.
package struct SecurityGroupRule: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case cidr(CIDR)
        case prefixList(String)
        /// A group, and the account it belongs to when EC2 names one.
        case securityGroup(String, userID: String?)
    }

    /// `sgr-` and hexadecimal digits.
    package var id: String
    package var traffic: Traffic
    package var source: Source
    package var description: String

    package init(id: String, traffic: Traffic, source: Source, description: String) {
        self.id = id
        self.traffic = traffic
        self.source = source
        self.description = description
    }
}

extension SecurityGroupRule.Source: Comparable, CustomStringConvertible {
    package var description: String {
        switch self {
        case .cidr(let block): block.description
        case .prefixList(let id): id
        case .securityGroup(let id, let userID): userID.map { "\($0)/\(id)" } ?? id
        }
    }

    package var cidr: CIDR? { if case .cidr(let block) = self { block } else { nil } }

    private var rank: Int {
        switch self {
        case .cidr: 0
        case .prefixList: 1
        case .securityGroup: 2
        }
    }

    package static func < (a: Self, b: Self) -> Bool {
        if case .cidr(let x) = a, case .cidr(let y) = b { return x < y }
        return (a.rank, a.description) < (b.rank, b.description)
    }
}

/// The IP protocol of a security group rule.
///
/// Source: EC2 API Reference, IpPermission: `-1` is all protocols; protocol numbers 6, 17, 1 and 58 read back as names.
package enum IPProtocol: Hashable, Sendable {
    case all
    case tcp
    case udp
    case icmp
    case icmpv6
    case number(Int)

    package init?(ec2 text: String) {
        switch text.lowercased() {
        case "-1", "all": self = .all
        case "tcp", "6": self = .tcp
        case "udp", "17": self = .udp
        case "icmp", "1": self = .icmp
        case "icmpv6", "58": self = .icmpv6
        default:
            guard let number = Int(text), (0...255).contains(number) else { return nil }
            self = .number(number)
        }
    }

    /// As EC2 writes it.
    package var ec2: String {
        switch self {
        case .all: "-1"
        case .tcp: "tcp"
        case .udp: "udp"
        case .icmp: "icmp"
        case .icmpv6: "icmpv6"
        case .number(let number): String(number)
        }
    }

    package var hasPorts: Bool { self == .tcp || self == .udp }
}

extension IPProtocol: Comparable {
    package static func < (a: IPProtocol, b: IPProtocol) -> Bool { a.ec2 < b.ec2 }
}

extension IPProtocol: CustomStringConvertible {
    package var description: String { self == .all ? "all traffic" : ec2 }
}

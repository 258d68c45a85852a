/// What a rule lets through: a protocol, and for tcp and udp a range of ports.
///
/// Source: EC2 API Reference, IpPermission: protocol `-1` admits every port, whatever FromPort and ToPort say; for ICMP the two are type
/// and code.
package struct Traffic: Hashable, Sendable {
    package var `protocol`: IPProtocol
    /// FromPort and ToPort as EC2 gave them; `nil` where it gave none.
    package var fromPort: Int?
    package var toPort: Int?

    package init(protocol: IPProtocol, fromPort: Int?, toPort: Int?) {
        self.protocol = `protocol`
        self.fromPort = fromPort
        self.toPort = toPort
    }

    package init(_ port: ManagedPort) {
        self.init(protocol: port.protocol, fromPort: port.ports.lowerBound, toPort: port.ports.upperBound)
    }

    /// The ports that it admits for a protocol that has ports; `nil` when none.
    /// A tcp or udp rule without ports, or with FromPort -1, admits all.
    package func admittedPorts(of wanted: IPProtocol) -> ClosedRange<Int>? {
        switch self.protocol {
        case .all: return 0...65_535
        case wanted where wanted.hasPorts:
            let low = max(0, fromPort ?? 0)
            let high = (toPort ?? -1) < 0 ? 65_535 : min(65_535, toPort ?? 65_535)
            return low <= high ? low...high : nil
        default: return nil
        }
    }

    package func admitsAny(of port: ManagedPort) -> Bool {
        admittedPorts(of: port.protocol)?.overlaps(port.ports) ?? false
    }

    /// Whether every port it admits is among the given ones.
    package func isConfined(to ports: [ManagedPort]) -> Bool {
        guard self.protocol.hasPorts, let admitted = admittedPorts(of: self.protocol) else { return false }
        return PortSet(ports.filter { $0.protocol == self.protocol }.map(\.ports)).covers(admitted)
    }
}

extension Traffic: Comparable {
    package static func < (a: Traffic, b: Traffic) -> Bool {
        (a.protocol, a.fromPort ?? -1, a.toPort ?? -1) < (b.protocol, b.fromPort ?? -1, b.toPort ?? -1)
    }
}

extension Traffic: CustomStringConvertible {
    package var description: String {
        guard self.protocol != .all, let fromPort else { return self.protocol.description }
        let to = toPort ?? fromPort
        return fromPort == to ? "\(self.protocol)/\(fromPort)" : "\(self.protocol)/\(fromPort)-\(to)"
    }
}

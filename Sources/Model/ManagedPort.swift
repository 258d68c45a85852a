/// Ports of a security group that a policy manages: one protocol, a range of ports.
package struct ManagedPort: Hashable, Sendable {
    /// `tcp` or `udp`.
    package let `protocol`: IPProtocol
    package let ports: ClosedRange<Int>

    package init(protocol: IPProtocol, ports: ClosedRange<Int>) {
        precondition(`protocol`.hasPorts && ports.lowerBound >= 0 && ports.upperBound <= 65_535)
        self.protocol = `protocol`
        self.ports = ports
    }

    package func overlaps(_ other: ManagedPort) -> Bool {
        `protocol` == other.protocol && ports.overlaps(other.ports)
    }
}

extension ManagedPort: Comparable {
    package static func < (a: ManagedPort, b: ManagedPort) -> Bool {
        (a.protocol, a.ports.lowerBound, a.ports.upperBound) < (b.protocol, b.ports.lowerBound, b.ports.upperBound)
    }
}

extension ManagedPort: CustomStringConvertible {
    /// `tcp/5432` or `tcp/5432-5440`.
    package var description: String {
        ports.count == 1 ? "\(`protocol`)/\(ports.lowerBound)" : "\(`protocol`)/\(ports.lowerBound)-\(ports.upperBound)"
    }
}

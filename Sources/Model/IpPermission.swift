/// A permission to be authorized: one source, one range of ports, with its description.
package struct IpPermission: Hashable, Sendable {
    package var traffic: Traffic
    package var cidr: CIDR
    /// At most 255 characters of `a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*`.
    package var description: String

    package init(traffic: Traffic, cidr: CIDR, description: String) {
        self.traffic = traffic
        self.cidr = cidr
        self.description = description
    }
}

extension IpPermission: Comparable {
    package static func < (a: IpPermission, b: IpPermission) -> Bool { (a.traffic, a.cidr) < (b.traffic, b.cidr) }
}

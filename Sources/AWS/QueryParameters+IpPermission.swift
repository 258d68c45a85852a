import Model

extension QueryParameters {
    /// The same traffic and block twice: EC2 refuses such a call whole.
    struct Repeated: Error {
        var permission: IpPermission
    }

    /// `IpPermissions.N`, one for each traffic, with its blocks as `IpRanges.M` and `Ipv6Ranges.M`; sorted, whatever the order
    /// given.
    mutating func add(_ permissions: [IpPermission]) throws(Repeated) {
        var number = 0
        var ranges: [IPAddress.Family: Int] = [:]
        var previous: IpPermission?
        for permission in permissions.sorted() {
            if let previous, previous.traffic == permission.traffic {
                guard previous.cidr != permission.cidr else { throw Repeated(permission: permission) }
            } else {
                number += 1
                ranges = [:]
                add("IpPermissions.\(number).IpProtocol", permission.traffic.protocol.ec2)
                if let port = permission.traffic.fromPort { add("IpPermissions.\(number).FromPort", port) }
                if let port = permission.traffic.toPort { add("IpPermissions.\(number).ToPort", port) }
            }
            let family = permission.cidr.family
            let range = ranges[family, default: 0] + 1
            ranges[family] = range
            let prefix = "IpPermissions.\(number).\(family == .v4 ? "IpRanges" : "Ipv6Ranges").\(range)"
            add("\(prefix).\(family == .v4 ? "CidrIp" : "CidrIpv6")", permission.cidr.description)
            if !permission.description.isEmpty { add("\(prefix).Description", Self.ruleDescription(permission.description)) }
            previous = permission
        }
    }

    /// A text that EC2 takes as a rule's description: other characters become `_`, and 255 are kept.
    ///
    /// Source: EC2 API Reference, IpRange: "up to 255 characters in length. Allowed characters are a-z, A-Z, 0-9, spaces, and
    /// ._-:/()#,@[]+=&;{}!$*".
    static func ruleDescription(_ text: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*".unicodeScalars)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(255).map { allowed.contains($0) ? $0 : "_" }))
    }
}

import Model

/// An `Address` as Compute Engine writes it. Source: Compute Engine REST v1, `addresses`.
struct AddressResource: Decodable, Sendable {
    var id: String?
    var name: String?
    var address: String?
    var addressType: String?
    var prefixLength: Int?
    var status: String?
    var networkTier: String?
    var region: String?
    var labels: [String: String]?
    var users: [String]?

    /// Why a resource can't be taken for an Address.
    struct Malformed: Error, Hashable {
        var reason: String
    }

    /// The value of the wire form.
    ///
    /// - Parameter filter: an Address that it does not admit is `nil`, be it well-formed or not.
    /// - Returns: `nil` for an Address that is not external, or that has no IP yet (status `RESERVING`).
    func address(project: String, region: String, filter: AddressFilter) throws(Malformed) -> Address? {
        // "If unspecified, defaults to EXTERNAL."
        guard (addressType ?? "EXTERNAL") == "EXTERNAL", filter.admits(labels: labels ?? [:]) else { return nil }
        guard let name, !name.isEmpty else { throw Malformed(reason: "an Address has no name") }
        guard let id, !id.isEmpty else { throw Malformed(reason: "Address \(name) has no id") }
        guard let status = status.flatMap(Address.Status.init(rawValue:)) else {
            throw Malformed(reason: "Address \(name) has the unknown status '\(self.status ?? "")'")
        }
        if status == .reserving, (address ?? "").isEmpty { return nil }
        guard let ip = address.flatMap({ IPAddress($0) }) else {
            throw Malformed(reason: "Address \(name) has '\(address ?? "")' for its IP")
        }
        guard let tier = networkTier.map(NetworkTier.init(rawValue:)) ?? .premium else {
            throw Malformed(reason: "Address \(name) has the unknown network tier '\(networkTier ?? "")'")
        }
        if let link = self.region, link.split(separator: "/").last.map(String.init) != region {
            throw Malformed(reason: "Address \(name) was listed in \(region) but names '\(link)' as its region")
        }
        return Address(
            reference: AddressReference(project: project, region: region, name: name), id: id, ip: ip,
            prefixLength: try prefixLength(of: ip, name: name), status: status, networkTier: tier, labels: labels ?? [:],
            users: (users ?? []).map(AddressUser.init(selfLink:)))
    }

    /// 32, or what an IPv6 reservation says. Regional external IPv6 addresses are always /96 ranges, so that is meant where the
    /// field is absent.
    /// Source: Compute Engine documentation, "Reserve a static external IPv6 address".
    private func prefixLength(of ip: IPAddress, name: String) throws(Malformed) -> Int {
        let length = prefixLength ?? (ip.family == .v4 ? 32 : 96)
        guard ip.family == .v4 ? length == 32 : (64...128).contains(length) else {
            throw Malformed(reason: "Address \(name), \(ip), has the prefix length \(length)")
        }
        return length
    }
}

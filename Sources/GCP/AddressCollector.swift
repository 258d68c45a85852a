import Model

/// Gathers Addresses page by page, region by region. What casts doubt on a region makes the whole region unknown: never a shorter
/// list.
struct AddressCollector: Sendable {
    let project: String
    let filter: AddressFilter
    private var addresses: [AddressReference: Address] = [:]
    private var unknown: [String: Unknown] = [:]

    init(project: String, filter: AddressFilter) {
        self.project = project
        self.filter = filter
    }

    var listing: AddressListing {
        AddressListing(addresses: addresses.values.filter { unknown[$0.reference.region] == nil }, unknownRegions: unknown)
    }

    mutating func fail(region: String, _ reason: Unknown) {
        if unknown[region] == nil { unknown[region] = reason }
    }

    mutating func add(_ items: [Lenient<AddressResource>], warning: Warning?, region: String) {
        if let warning, !warning.saysEmpty {
            fail(region: region, partial(region, "answered only in part, with \(warning.text)"))
        }
        for item in items {
            do throws(AddressResource.Malformed) {
                switch item {
                case .malformed(let reason): throw AddressResource.Malformed(reason: "an Address can't be read: \(reason)")
                case .value(let resource):
                    guard let address = try resource.address(project: project, region: region, filter: filter) else { continue }
                    if let earlier = addresses.updateValue(address, forKey: address.reference), earlier.id != address.id {
                        throw AddressResource.Malformed(reason: "Address \(address.name) came twice, with two ids")
                    }
                }
            } catch {
                fail(region: region, partial(region, error.reason))
            }
        }
    }

    /// - Returns: what in the page names no region, so that no region can be held unknown for it; then the page as a whole can't
    ///   be used.
    mutating func add(_ page: AggregatedAddressPage) -> String? {
        for (scope, item) in page.items ?? [:] {
            guard let region = Self.region(of: scope) else {
                if scope == "global" { continue }
                return "the list has the scope '\(scope.prefix(200))', which is no region"
            }
            switch item {
            case .malformed(let reason): fail(region: region, partial(region, "the list can't be read: \(reason)"))
            case .value(let scope): add(scope.addresses ?? [], warning: scope.warning, region: region)
            }
        }
        for place in page.unreachables ?? [] {
            guard let region = Self.region(of: place) else {
                if place.split(separator: "/").last == "global" { continue }
                return "'\(place.prefix(200))' was unreachable, and is no region"
            }
            fail(region: region, partial(region, "the region was unreachable"))
        }
        guard let warning = page.warning, !warning.saysEmpty else { return nil }
        let named = (warning.data ?? []).compactMap(\.value).compactMap(Self.region)
        for region in named { fail(region: region, partial(region, "answered only in part, with \(warning.text)")) }
        return named.isEmpty ? "the list came with the warning \(warning.text)" : nil
    }

    /// The region in `regions/europe-west1`, `zones/europe-west1-b` or a longer path or URL that ends so.
    static func region(of place: String) -> String? {
        let parts = place.split(separator: "/", omittingEmptySubsequences: false).suffix(2).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "regions": return parts[1]
        case "zones": return InstanceReference(project: "", zone: parts[1], name: "").region
        default: return nil
        }
    }

    private func partial(_ region: String, _ reason: String) -> Unknown {
        Unknown(.partial, "compute addresses of project \(project) in \(region): \(reason)")
    }
}

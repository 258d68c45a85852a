import Model
import Sandbox

extension ComputeAddress {
    var model: Address {
        Address(
            reference: reference, id: String(id), ip: ip, prefixLength: prefixLength, status: status, networkTier: networkTier ?? .premium,
            labels: labels,
            users: users.map(AddressUser.init(selfLink:)))
    }
}

extension ComputeInstance {
    var model: Instance {
        Instance(
            reference: reference, id: String(id), status: status,
            networkInterfaces: [NetworkInterface(name: "nic0", accessConfigs: accessConfigs)])
    }
}

extension Refusal {
    init(_ error: ComputeError) { self.init(error.status, error.reason, error.message) }
}

extension Simulator {
    /// What a list shows after what its last page ended with: each page shows what is there when it is asked for.
    func page(of listing: AddressListing, after last: AddressReference?) -> (part: AddressListing, next: AddressReference?) {
        let size = scenario[.page]
        guard size > 0 else { return (listing, nil) }
        let rest = listing.addresses.filter { address in last.map { $0 < address.reference } ?? true }.sorted {
            $0.reference < $1.reference
        }
        let part = AddressListing(addresses: Array(rest.prefix(size)), unknownRegions: listing.unknownRegions)
        return (part, rest.count > size ? rest[size - 1].reference : nil)
    }

    /// A list of external Addresses, as it is shown: perhaps of a while ago, perhaps without a region.
    func listing(_ matches: (Address) -> Bool, _ bend: Bend) -> AddressListing {
        let lag = max(bend.stale, isChaotic ? scenario[.listLag] : 0)
        let listed = past.addresses(at: now - lag)
        if bend.stale > 0 && listed != world.compute.addresses { bend.bites() }
        let shown = listed.values.filter { $0.kind == .external && !$0.isGlobal && $0.status != .reserving }
        guard let region = bend.leavesOut else { return AddressListing(addresses: shown.map(\.model).filter(matches), unknownRegions: [:]) }
        let rest = shown.filter { $0.reference.region != region }
        if rest.count < shown.count { bend.bites() }
        return AddressListing(
            addresses: rest.map(\.model).filter(matches),
            unknownRegions: [region: Unknown(.partial, "UNREACHABLE: \(region)")])
    }
}

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
    /// A list of external Addresses, as it is shown: perhaps of a while ago, perhaps without a region.
    func listing(_ matches: (Address) -> Bool, _ bend: Bend) -> AddressListing {
        let lag = max(bend.stale, isChaotic ? scenario[.listLag] : 0)
        let listed = past.addresses(at: now - lag)
        if bend.stale > 0 && listed != world.compute.addresses { bend.bites() }
        let shown = listed.values.filter { $0.kind == .external && !$0.isGlobal && $0.status != .reserving }
        guard bend.leavesOutRegion else { return AddressListing(addresses: shown.map(\.model).filter(matches), unknownRegions: [:]) }
        let rest = shown.filter { $0.reference.region != Stage.region }
        if rest.count < shown.count { bend.bites() }
        return AddressListing(
            addresses: rest.map(\.model).filter(matches),
            unknownRegions: [Stage.region: Unknown(.partial, "UNREACHABLE: \(Stage.region)")])
    }
}

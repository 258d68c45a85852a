import Model

/// Addresses against nodes, by region and tier.
extension PoolDiagnosis {
    /// A node that was not looked at counts: as one of its region's only tier, else in its region's sum.
    func supply(_ survey: PoolSurvey) -> [Finding] {
        guard let reserved, let listing = try? examination.addresses.get() else { return [] }
        let usable = reserved.filter { $0.ip.family == .v4 }
        func here(_ region: PoolSurvey.Region) -> [Address] { usable.filter { $0.reference.region == region.name } }
        let served = survey.regions.contains { region in
            listing.unknownRegions[region.name] != nil || Self.maySupply(here(region), region)
        }
        return survey.regions.filter { $0.count > 0 && listing.unknownRegions[$0.name] == nil }.flatMap { region in
            supply(region, here(region), isServed: served)
        }
    }

    private static func maySupply(_ addresses: [Address], _ region: PoolSurvey.Region) -> Bool {
        if addresses.isEmpty { return false }
        return !region.isTelling || addresses.contains { region.tiers[$0.networkTier] != nil }
    }

    private func supply(_ region: PoolSurvey.Region, _ here: [Address], isServed: Bool) -> [Finding] {
        guard !here.isEmpty else {
            return [
                finding(
                    isServed ? .warning : .stops, .supply, tried: Self.comparison, on: region.name,
                    result: "\(region.count) nodes, and no reserved Address in that region\(region.sampled)",
                    advice: "reserve Addresses in \(region.name) with the policy's labels; a node holds Addresses of its own region only")
            ]
        }
        let tiers = region.tiers.sorted { $0.key.rawValue < $1.key.rawValue }
        if let only = tiers.first, tiers.count == 1 {
            return [supply(Place(region: region.name, tier: only.key), region.count, here, region.sampled, isServed)]
        }
        let seen = tiers.map { tier, nodes in supply(Place(region: region.name, tier: tier), nodes, here, region.sampled, isServed) }
        return seen + (region.unread > 0 ? [sum(region, here)] : [])
    }

    /// Where the tier of some is not known.
    private func sum(_ region: PoolSurvey.Region, _ here: [Address]) -> Finding {
        let lacking = region.count - here.count
        return finding(
            lacking > 0 ? .warning : .notChecked, .supply, tried: Self.comparison, on: region.name,
            result: "\(region.count) nodes, \(here.count) Addresses of whatever tier\(region.sampled)",
            advice: lacking > 0
                ? Self.reserve(lacking)
                : "compare the tier of the others, too: gcloud compute instances list --format='table(name,networkInterfaces[0].accessConfigs[0].networkTier)'"
        )
    }

    private func supply(_ place: Place, _ nodes: Int, _ here: [Address], _ sampled: String, _ isServed: Bool) -> Finding {
        let fitting = here.count { $0.networkTier == place.tier }
        let other = here.count - fitting
        let result = "\(nodes) nodes, \(fitting) Addresses" + (other > 0 ? ", \(other) of the other tier" : "") + sampled
        guard fitting < nodes else {
            return finding(.ok, .supply, tried: Self.comparison, on: place.description, result: result)
        }
        let advice =
            fitting == 0 && other > 0
            ? "a node's access config and its Address must be of one tier: reserve \(place.tier.rawValue) Addresses, or make the nodes of the other"
            : Self.reserve(nodes - fitting)
        return finding(
            fitting == 0 && !isServed ? .stops : .warning, .supply, tried: Self.comparison, on: place.description, result: result,
            advice: advice)
    }

    private static let comparison = "addresses for nodes"

    private static func reserve(_ lacking: Int) -> String {
        "\(lacking) nodes get none: reserve as many, and some to spare for surge upgrades"
    }
}

/// What a list of Addresses brought, with the regions that could not be read.
package struct AddressListing: Hashable, Sendable {
    /// External and regional only, sorted by reference.
    package var addresses: [Address]
    /// Why a region's Addresses are not known; what was read of it is left out.
    package var unknownRegions: [String: Unknown]

    package init(addresses: [Address], unknownRegions: [String: Unknown]) {
        self.addresses = addresses.sorted { $0.reference < $1.reference }
        self.unknownRegions = unknownRegions
    }

    package var isComplete: Bool { unknownRegions.isEmpty }
}

/// What `addresses.get` says of one Address.
package enum AddressLookup: Hashable, Sendable {
    case found(Address)
    /// 404 for the Address itself, not for its project or region.
    case gone
}

/// A block of addresses. Host bits are always zero: two equal blocks are equal values.
package struct CIDR: Hashable, Sendable {
    package let network: IPAddress
    package let prefixLength: Int

    package var family: IPAddress.Family { network.family }

    /// The block of `prefixLength` bits around an address; host bits are masked as EC2 masks them.
    package init(masking address: IPAddress, prefixLength: Int) {
        precondition((0...address.family.width).contains(prefixLength))
        let hostBits = address.family.width - prefixLength
        let mask: UInt128 = hostBits >= 128 ? 0 : UInt128.max << UInt128(hostBits)
        network = IPAddress(family: address.family, bits: address.bits & mask)
        self.prefixLength = prefixLength
    }

    /// The block of one address.
    package init(_ address: IPAddress) { self.init(masking: address, prefixLength: address.family.width) }

    /// Why a text is not a block.
    package enum Failure: Error, Hashable, Sendable {
        case malformed
        /// The block that was probably meant.
        case hostBits(CIDR)
    }

    /// Reads `10.0.0.0/16`; host bits that are not zero are an error.
    package init(strict text: some StringProtocol) throws(Failure) {
        let (address, length) = try CIDR.split(text)
        self.init(masking: address, prefixLength: length)
        if network != address { throw .hostBits(self) }
    }

    /// Reads `10.0.0.0/16`, masking host bits.
    package init?(masking text: some StringProtocol) {
        guard let (address, length) = try? CIDR.split(text) else { return nil }
        self.init(masking: address, prefixLength: length)
    }

    private static func split(_ text: some StringProtocol) throws(Failure) -> (IPAddress, Int) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(parts[1]), length <= address.family.width
        else { throw .malformed }
        return (address, length)
    }

    /// How many addresses the block holds; the whole IPv6 space saturates.
    package var count: UInt128 {
        let hostBits = family.width - prefixLength
        return hostBits >= 128 ? .max : 1 << UInt128(hostBits)
    }

    package var isSingleAddress: Bool { prefixLength == family.width }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && CIDR(masking: address, prefixLength: prefixLength).network == network
    }

    package func contains(_ other: CIDR) -> Bool {
        other.prefixLength >= prefixLength && contains(other.network)
    }

    package func overlaps(_ other: CIDR) -> Bool { contains(other) || other.contains(self) }
}

extension CIDR: Comparable {
    package static func < (a: CIDR, b: CIDR) -> Bool { (a.network, a.prefixLength) < (b.network, b.prefixLength) }
}

extension CIDR: CustomStringConvertible {
    package var description: String { "\(network)/\(prefixLength)" }
}

extension CIDR: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let block = CIDR(masking: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a CIDR block")
        }
        self = block
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable {
    package enum Family: Int, Hashable, Comparable, Sendable {
        case v4 = 4
        case v6 = 6

        /// The number of bits of an address: 32 or 128.
        package var width: Int { self == .v4 ? 32 : 128 }

        package static func < (a: Family, b: Family) -> Bool { a.rawValue < b.rawValue }
    }

    package let family: Family
    /// The address as a number; an IPv4 address stands in the lowest 32 bits.
    package let bits: UInt128

    package init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = family == .v4 ? bits & 0xFFFF_FFFF : bits
    }

    /// Reads `192.0.2.1` (four decimal numbers without leading zeros) or an IPv6 address in any form of RFC 4291, without a zone.
    package init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let bits = IPAddress.parseV6(Array(text.utf8)) else { return nil }
            self.init(family: .v6, bits: bits)
        } else {
            guard let bits = IPAddress.parseV4(Array(text.utf8)[...]) else { return nil }
            self.init(family: .v4, bits: UInt128(bits))
        }
    }

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30 else { return nil }
            var number: UInt32 = 0
            for byte in part {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                number = number * 10 + UInt32(byte - 0x30)
            }
            guard number <= 255 else { return nil }
            value = value << 8 | number
        }
        return value
    }

    private static func parseV6(_ bytes: [UInt8]) -> UInt128? {
        guard bytes.count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if bytes.starts(with: [0x3A, 0x3A]) {
            gap = 0
            index = 2
        } else if bytes.first == 0x3A {
            return nil
        }
        while index < bytes.count {
            let end = bytes[index...].firstIndex(of: 0x3A) ?? bytes.count
            let part = bytes[index..<end]
            if part.contains(0x2E) {
                guard end == bytes.count, let v4 = parseV4(part) else { return nil }
                groups.append(UInt16(v4 >> 16))
                groups.append(UInt16(v4 & 0xFFFF))
                break
            }
            guard (1...4).contains(part.count), let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.allSatisfy({ $0 != 0x2B && $0 != 0x2D })
            else { return nil }
            groups.append(group)
            guard groups.count <= 8 else { return nil }
            index = end
            if index == bytes.count { break }
            index += 1
            if index < bytes.count, bytes[index] == 0x3A {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            } else if index == bytes.count {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: Comparable {
    package static func < (a: IPAddress, b: IPAddress) -> Bool { (a.family, a.bits) < (b.family, b.bits) }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical text of RFC 5952.
    package var description: String {
        switch family {
        case .v4: return [24, 16, 8, 0].map { String(UInt32(bits) >> $0 & 255) }.joined(separator: ".")
        case .v6:
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
            var longest = 0..<0
            var start = 0
            while start < 8 {
                let end = groups[start...].firstIndex { $0 != 0 } ?? 8
                if end - start > max(1, longest.count) { longest = start..<end }
                start = max(end, start + 1)
            }
            func text(_ slice: ArraySlice<UInt16>) -> String { slice.map { String($0, radix: 16) }.joined(separator: ":") }
            if longest.isEmpty { return text(groups[...]) }
            return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
        }
    }
}

extension IPAddress: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an IP address")
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

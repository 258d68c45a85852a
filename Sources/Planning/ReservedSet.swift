package import Model

/// The blocks that a policy's reserved Addresses stand for: a /32 each, or the /96 of an IPv6 reservation.
package struct ReservedSet: Hashable, Sendable {
    /// Sorted, each block once.
    package let blocks: [CIDR]

    package init(_ addresses: some Sequence<Address>) {
        blocks = Set(addresses.map(\.cidr)).sorted()
    }

    package var isEmpty: Bool { blocks.isEmpty }

    /// Whether a block admits reserved addresses and nothing else: it lies in one reserved block, or reserved blocks fill it without a gap.
    /// (A /31 that covers two reserved addresses admits just these two.)
    package func isLossless(_ block: CIDR) -> Bool {
        if blocks.contains(where: { $0.contains(block) }) { return true }
        var covered: UInt128 = 0
        for reserved in blocks where block.contains(reserved) { covered += reserved.count }
        return covered == block.count
    }

    /// Whether a block admits any reserved address.
    package func overlaps(_ block: CIDR) -> Bool { blocks.contains { $0.overlaps(block) } }
}

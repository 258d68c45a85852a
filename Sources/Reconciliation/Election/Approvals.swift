/// The digests in the lease's approval annotation, in the order in which they were handed over, separated by commas. Pure.
///
/// Anyone who may write the Lease writes it, so it is bounded, and what is no digest is left out. A single digest is a list of one.
package struct Approvals: Hashable, Sendable {
    package private(set) var digests: [String]

    /// More than the policies of a process hold at once; the oldest go first.
    package static let limit = 16
    private static let digestLength = 12

    package init(annotation: String?) {
        digests = []
        // Twice what the list itself may take: room for blanks.
        guard let annotation, annotation.utf8.count <= Self.limit * (Self.digestLength + 1) * 2 else { return }
        for part in annotation.split(separator: ",") {
            let digest = String(part.drop { $0 == " " }.prefix { $0 != " " })
            if Self.isDigest(digest) { append(digest) }
        }
    }

    /// Adds a digest at the end, once.
    package mutating func append(_ digest: String) {
        guard !digests.contains(digest) else { return }
        digests.append(digest)
        digests.removeFirst(max(0, digests.count - Self.limit))
    }

    package func without(_ settled: Set<String>) -> Approvals {
        var rest = self
        rest.digests.removeAll(where: settled.contains)
        return rest
    }

    /// `nil`: no annotation.
    package var annotation: String? { digests.isEmpty ? nil : digests.joined(separator: ",") }

    /// As plans show it: 12 hexadecimal digits.
    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == digestLength && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

import Cryptography

/// Self links: one base in front of a resource's path.
package struct ComputeLinks: Hashable, Sendable {
    /// Ends with a slash.
    package var base: String

    /// What Compute Engine writes whatever endpoint was asked.
    package static let google = ComputeLinks(base: "https://www.googleapis.com/compute/v1/")

    package init(base: String) { self.base = base }

    package func link(_ path: String) -> String { path.hasPrefix("https://") || path.hasPrefix("http://") ? path : base + path }

    /// The path of a link: from `projects/` on.
    package static func path(of link: String) -> String {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard let start = parts.firstIndex(of: "projects") else { return link }
        return parts[start...].joined(separator: "/")
    }
}

/// Optimistic-concurrency tokens: opaque, the same for the same content.
package enum ComputeFingerprint {
    package static func of(_ labels: [String: String]) -> String {
        of(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n"))
    }

    /// FNV-1a of 64 bits, in Base64.
    package static func of(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let bits = [UInt8]((0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * UInt64($0))) })
        return Base64.encode(bits)
    }
}

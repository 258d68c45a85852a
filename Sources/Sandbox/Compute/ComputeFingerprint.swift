import Cryptography

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

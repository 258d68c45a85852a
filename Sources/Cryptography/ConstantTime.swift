import CLibCrypto

/// Comparison whose duration does not depend on where two secrets differ.
///
/// Source: OpenSSL 3 `CRYPTO_memcmp(3)`.
package enum ConstantTime {
    /// Whether both hold the same bytes. The lengths are no secret.
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        if a.isEmpty { return true }
        return a.withUnsafeBytes { a in b.withUnsafeBytes { b in CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 } }
    }

    package static func equal(_ a: String, _ b: String) -> Bool { equal(Array(a.utf8), Array(b.utf8)) }
}

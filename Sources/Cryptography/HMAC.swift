import CLibCrypto

/// Keyed hashes.
///
/// OpenSSL erases its copies of the key. A result that is a key in turn is the caller's to wipe.
/// Source: RFC 2104; OpenSSL 3 `EVP_Q_mac(3)`, `HMAC_CTX_free(3)`.
package enum HMAC {
    /// The 32 bytes of HMAC-SHA256. The key may have any length, none included.
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        key.withUnsafeBytes { sha256(key: $0, message: message) }
    }

    /// The same, with a key that is wiped when it is no longer used.
    package static func sha256(key: SecretBytes, message: [UInt8]) -> [UInt8] {
        key.withUnsafeBytes { sha256(key: $0, message: message) }
    }

    private static func sha256(key: UnsafeRawBufferPointer, message: [UInt8]) -> [UInt8] {
        // EVP_MAC_init takes a null key for "keep the key", which a new context hasn't got: an empty key needs an address.
        var empty: UInt8 = 0
        return withUnsafePointer(to: &empty) { empty in
            message.withUnsafeBytes { source in
                [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { target, count in
                    let done = EVP_Q_mac(
                        nil, "HMAC", nil, "SHA256", nil, key.baseAddress ?? UnsafeRawPointer(empty), key.count,
                        source.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty, source.count,
                        target.baseAddress, SHA256.byteCount, &count)
                    precondition(done != nil && count == SHA256.byteCount, "libcrypto has no HMAC-SHA256")
                }
            }
        }
    }
}

import CLibCrypto

/// Random numbers fit for keys.
///
/// Source: OpenSSL 3 `RAND_bytes(3)`.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max))
        return [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            // Going on with what is not random would be worse than ending.
            precondition(count == 0 || RAND_bytes(target.baseAddress, Int32(count)) == 1, "libcrypto has no randomness")
            filled = count
        }
    }

    package static func uint64() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

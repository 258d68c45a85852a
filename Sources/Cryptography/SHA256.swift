import CLibCrypto

/// SHA-256.
///
/// Source: FIPS 180-4; OpenSSL 3 `EVP_Digest(3)`.
package enum SHA256 {
    package static let byteCount = 32

    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
                var length: UInt32 = 0
                let status = EVP_Digest(source.baseAddress, source.count, target.baseAddress, &length, EVP_sha256(), nil)
                precondition(status == 1 && length == byteCount, "libcrypto has no SHA-256")
                count = byteCount
            }
        }
    }

    package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] { digest(Array(bytes)) }
}

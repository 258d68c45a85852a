import CLibCrypto

/// Owns an `EVP_PKEY`. The pointer stays in this file.
///
/// The key is never changed once it is made, and OpenSSL lets threads share such a key.
/// Source: OpenSSL 3 `openssl-threads(7)`, `PEM_read_bio_PrivateKey(3)`, `EVP_DigestSign(3)`.
final class EVPKey: @unchecked Sendable {
    private static let maximumPEMBytes = 64 * 1024
    private static let minimumBits = 2048
    private static let maximumBits = 8192

    private let pointer: OpaquePointer

    init(pem: [UInt8], isPrivate: Bool) throws(CryptographyError) {
        guard pem.count <= EVPKey.maximumPEMBytes else { throw .unreadableKey("more than \(EVPKey.maximumPEMBytes) bytes") }
        guard !pem.isEmpty else { throw .unreadableKey("it is empty") }
        ERR_clear_error()
        // BIO_new_mem_buf does not copy: the BIO must not outlive the closure.
        let read = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(bio) }
            // Without a callback OpenSSL would ask for the pass phrase on the terminal.
            return isPrivate
                ? PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
                : PEM_read_bio_PUBKEY(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let read else {
            if EVPKey.isEncrypted(pem) { throw .encryptedKey }
            throw .unreadableKey(EVPKey.lastReason())
        }
        pointer = read
    }

    init(generatingRSABits bits: Int) throws(CryptographyError) {
        guard bits >= EVPKey.minimumBits else { throw .shortKey(bits: bits) }
        guard bits <= EVPKey.maximumBits else { throw .failed("a key of \(bits) bits was asked for") }
        ERR_clear_error()
        guard let made = drawbridge_rsa_generate(bits) else { throw .failed(EVPKey.lastReason()) }
        pointer = made
    }

    deinit { EVP_PKEY_free(pointer) }

    func requireRSA() throws(CryptographyError) {
        guard EVP_PKEY_is_a(pointer, "RSA") == 1 else {
            throw .notRSA(EVP_PKEY_get0_type_name(pointer).map { String(cString: $0) } ?? "unknown")
        }
        let bits = Int(EVP_PKEY_get_bits(pointer))
        guard bits >= EVPKey.minimumBits else { throw .shortKey(bits: bits) }
    }

    func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        ERR_clear_error()
        guard let context = EVP_MD_CTX_new() else { throw .failed("out of memory") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, pointer) == 1 else { throw .failed(EVPKey.lastReason()) }
        var length = Int(EVP_PKEY_get_size(pointer))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
            throw .failed(EVPKey.lastReason())
        }
        return Array(signature.prefix(length))
    }

    func verify(signature: [UInt8], message: [UInt8]) -> Bool {
        guard !signature.isEmpty, let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, pointer) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    func publicPEM() throws(CryptographyError) -> [UInt8] {
        try write { PEM_write_bio_PUBKEY($0, pointer) == 1 }
    }

    func privatePEM() throws(CryptographyError) -> [UInt8] {
        try write { PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) == 1 }
    }

    private func write(_ body: (OpaquePointer) -> Bool) throws(CryptographyError) -> [UInt8] {
        ERR_clear_error()
        guard let bio = BIO_new(BIO_s_mem()) else { throw .failed("out of memory") }
        defer { BIO_free(bio) }
        guard body(bio) else { throw .failed(EVPKey.lastReason()) }
        // In one piece: an array that grows leaves its old memory behind as it was. The BIO's own is erased when it is freed.
        let size = BIO_ctrl_pending(bio)
        guard size > 0, size <= EVPKey.maximumPEMBytes else { throw .failed("a key of \(size) bytes was written") }
        var text = [UInt8](repeating: 0, count: size)
        guard BIO_read(bio, &text, Int32(size)) == Int32(size) else {
            SecretBytes.wipe(&text)
            throw .failed(EVPKey.lastReason())
        }
        return text
    }

    /// The bytes themselves are searched: a `String` of them could not be wiped.
    private static func isEncrypted(_ pem: [UInt8]) -> Bool {
        ["BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED"].contains { pem.contains(Array($0.utf8)) }
    }

    /// The library's own words for the last failure on this thread: constant texts, nothing of the key.
    private static func lastReason() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        return code == 0 ? "no reason given" : ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

/// An RSA private key of 2048 bits or more, for JSON Web Tokens.
///
/// The key is held by OpenSSL, which erases it with the last reference to it.
/// Source: RFC 7518, section 3.3 (RS256); OpenSSL 3 `RSA_free(3)` (BN_clear_free), `EVP_PKEY_free(3)`.
package struct RSAPrivateKey: Sendable {
    private let key: EVPKey

    /// Reads a PEM key without a pass phrase: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), at most 64 KiB.
    package init(pem: [UInt8]) throws(CryptographyError) {
        key = try EVPKey(pem: pem, isPrivate: true)
        try key.requireRSA()
    }

    /// The same, and the text is wiped, whether a key could be read from it or not. Copies of it, and a `String` that it was made from, are
    /// not ours to wipe.
    package init(consumingPEM pem: inout [UInt8]) throws(CryptographyError) {
        defer { SecretBytes.wipe(&pem) }
        try self.init(pem: pem)
    }

    private init(key: EVPKey) { self.key = key }

    /// A new key of 2048 to 8192 bits.
    package static func generate(bits: Int) throws(CryptographyError) -> RSAPrivateKey {
        RSAPrivateKey(key: try EVPKey(generatingRSABits: bits))
    }

    /// The signature RSASSA-PKCS1-v1_5 with SHA-256 of a message.
    package func signRS256(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] { try key.sign(message) }

    /// The public half, as PEM (`PUBLIC KEY`).
    package func publicKeyPEM() throws(CryptographyError) -> [UInt8] { try key.publicPEM() }

    /// The key itself, as unprotected PKCS#8 PEM: for key files that the embedded clouds hand out.
    package func pkcs8PEM() throws(CryptographyError) -> [UInt8] { try key.privatePEM() }

    package var publicKey: RSAPublicKey { RSAPublicKey(key: key) }
}

extension RSAPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

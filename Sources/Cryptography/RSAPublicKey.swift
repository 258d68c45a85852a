/// An RSA public key of 2048 bits or more, for checking JSON Web Tokens.
///
/// Source: RFC 7518, section 3.3 (RS256).
package struct RSAPublicKey: Sendable {
    private let key: EVPKey

    /// Reads a PEM `PUBLIC KEY` (SubjectPublicKeyInfo) of at most 64 KiB.
    package init(pem: [UInt8]) throws(CryptographyError) {
        key = try EVPKey(pem: pem, isPrivate: false)
        try key.requireRSA()
    }

    init(key: EVPKey) { self.key = key }

    /// Whether the signature, RSASSA-PKCS1-v1_5 with SHA-256, is this key's for the message.
    package func verifyRS256(signature: [UInt8], message: [UInt8]) -> Bool { key.verify(signature: signature, message: message) }
}

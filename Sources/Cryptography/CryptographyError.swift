/// Why a key can't be used. Holds nothing of the key.
package enum CryptographyError: Error, Hashable, Sendable {
    /// No key could be read from the text; what libcrypto says of it.
    case unreadableKey(String)
    /// The key is protected by a pass phrase, which is never asked for.
    case encryptedKey
    /// Another kind of key, such as `EC`.
    case notRSA(String)
    /// An RSA key of so many bits, where at least 2048 are needed.
    case shortKey(bits: Int)
    /// libcrypto would not sign or make a key.
    case failed(String)
}

extension CryptographyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadableKey(let reason): "no PEM key could be read: \(reason)"
        case .encryptedKey: "the key is protected by a pass phrase; give it without one"
        case .notRSA(let kind): "the key is of kind \(kind); RS256 needs an RSA key"
        case .shortKey(let bits): "the RSA key has \(bits) bits; RS256 needs 2048 or more (RFC 7518, section 3.3)"
        case .failed(let reason): "libcrypto: \(reason)"
        }
    }
}

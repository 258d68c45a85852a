import Cryptography
import Locking

/// Signing keys of late, so that four of a signature's five hashes are done once a day. Shared by signers and verifiers.
///
/// A key is found by a digest of access key, secret and scope: the cache holds no secret in the clear, and a secret that
/// changed under its old access key is not mistaken. The oldest key goes when there are too many.
package final class SigningKeyCache: Sendable {
    private struct State {
        var keys: [[UInt8]: SigningKey] = [:]
        var order: [[UInt8]] = []
    }

    private let capacity: Int
    private let state = Locked(State())

    /// `capacity`: how many keys at most; a day, region and service of one access key each take one.
    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package var count: Int { state.withLock { $0.keys.count } }

    func key(for credentials: SigV4Credentials, scope: CredentialScope) -> SigningKey {
        let name = SigningKeyCache.name(credentials, scope)
        if let known = state.withLock({ $0.keys[name] }) { return known }
        let made = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        return state.withLock { state in
            if let known = state.keys[name] { return known }
            if state.order.count >= capacity { state.keys[state.order.removeFirst()] = nil }
            state.keys[name] = made
            state.order.append(name)
            return made
        }
    }

    /// Each part with its length before it, so that no two lists of parts give one name.
    private static func name(_ credentials: SigV4Credentials, _ scope: CredentialScope) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [credentials.accessKeyID, credentials.secretAccessKey, scope.date, scope.region, scope.service] {
            withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { bytes += $0 }
            bytes += part.utf8
        }
        defer { SecretBytes.wipe(&bytes) }
        return SHA256.digest(bytes)
    }
}

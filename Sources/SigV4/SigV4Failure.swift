/// Why a signature was not accepted. Each service has its own words for these.
package enum SigV4Failure: Error, Sendable, Hashable {
    /// The request bears no signature at all.
    case missing
    /// It bears one that can't be read, or one that leaves out what must be signed; what is wrong with it.
    case malformed(String)
    /// The access key is not known.
    case unknownKey(accessKeyID: String)
    /// The session token is not that of the access key, or missing, or one too many.
    case wrongToken(accessKeyID: String)
    /// The signature is for another day, region or service than the request.
    case wrongScope(found: String, expected: String)
    /// Signed too far from the verifier's clock.
    case skewed(signedAt: SigningTime, now: SigningTime)
    /// A presigned request whose time is over.
    case expired(at: SigningTime, now: SigningTime)
    /// The body is not the one whose digest was signed.
    case payloadMismatch
    /// The signature differs from the one calculated over these. The canonical request may hold the caller's session token:
    /// it belongs into the answer to that caller, and into no log.
    case signatureDoesNotMatch(canonicalRequest: String, stringToSign: String)
}

extension SigV4Failure: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .missing: "the request is not signed"
        case .malformed(let what): "the signature can't be read: \(what)"
        case .unknownKey(let id): "the access key \(id) is not known"
        case .wrongToken(let id): "the session token does not belong to the access key \(id)"
        case .wrongScope(let found, let expected): "the signature is for \(found), expected \(expected)"
        case .skewed(let signedAt, let now): "signed at \(signedAt.stamp), and now it is \(now.stamp)"
        case .expired(let at, let now): "good until \(at.stamp), and now it is \(now.stamp)"
        case .payloadMismatch: "the body is not the one that was signed"
        case .signatureDoesNotMatch: "the signature does not match the request"
        }
    }

    package var debugDescription: String { description }
}

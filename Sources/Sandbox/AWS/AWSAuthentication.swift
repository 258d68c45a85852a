import Model
import SigV4

/// Who signed a request to one AWS service, and what that service answers when it was no one.
///
/// Source: codes and messages as EC2 and STS answer them; EC2 API Reference, "Common client errors"; STS API Reference, "Common
/// errors".
struct AWSAuthentication: Sendable {
    enum Service: String, Sendable { case ec2, sts, rds }

    let service: Service
    private let keys = SigningKeyCache(capacity: 64)

    init(_ service: Service) { self.service = service }

    /// - Returns: the credential, and the region that the request was signed for.
    func verify(_ request: WireRequest, identity: AWSIdentity, now: Timestamp) throws(AWSError) -> (AWSIdentity.Credential, region: String)
    {
        let verifier = SigV4Verifier(
            service: service.rawValue, region: nil, dialect: .standard, skewSeconds: identity.clockSkew.milliseconds / 1000, keys: keys)
        let caller: SigV4Identity
        do throws(SigV4Failure) {
            caller = try verifier.verify(
                Self.signed(request), now: SigningTime(epochSeconds: now.millisecondsSinceEpoch / 1000)
            ) { id in
                identity.credentials[id].map {
                    SigV4Credentials(
                        accessKeyID: id, secretAccessKey: $0.secret.exposed, sessionToken: $0.sessionToken?.exposed)
                }
            }
        } catch {
            throw answer(to: error)
        }
        guard let credential = identity.credentials[caller.accessKeyID] else { throw unknownKey }
        if let end = credential.expiresAt, end <= now {
            throw service == .ec2
                ? AWSError("RequestExpired", "Request has expired.")
                : AWSError("ExpiredToken", "The security token included in the request is expired", status: 403)
        }
        return (credential, caller.scope.region)
    }

    private static func signed(_ request: WireRequest) -> SigV4Request {
        SigV4Request(
            method: request.method, scheme: "http", host: request.header("Host") ?? "", path: request.path, query: request.query,
            headers: request.headers.filter { $0.name.lowercased() != "host" }.map { SigV4Request.Header($0.name, $0.value) },
            body: request.body)
    }

    private var unknownKey: AWSError {
        service == .ec2
            ? AWSError("AuthFailure", "AWS was not able to validate the provided access credentials", status: 401)
            : AWSError("InvalidClientTokenId", "The security token included in the request is invalid.", status: 403)
    }

    private func answer(to failure: SigV4Failure) -> AWSError {
        switch failure {
        case .missing:
            return service == .ec2
                ? unknownKey
                : AWSError("MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
        case .malformed(let what): return AWSError("IncompleteSignature", "The request signature is not valid: \(what).")
        case .unknownKey, .wrongToken: return unknownKey
        case .skewed(let signedAt, let now), .expired(let signedAt, let now):
            return service == .ec2
                ? AWSError(
                    "RequestExpired", "Request has expired. Timestamp date is \(signedAt.stamp). Current date is \(now.stamp).")
                : AWSError(
                    "SignatureDoesNotMatch", "Signature expired: \(signedAt.stamp) is now too far from \(now.stamp)", status: 403)
        case .wrongScope, .payloadMismatch, .signatureDoesNotMatch:
            return service == .ec2
                ? unknownKey
                : AWSError(
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
                        + "and signing method. Consult the service documentation for details.", status: 403)
        }
    }
}

import Cryptography

/// Checks the signatures of requests to one service, as the service itself does.
///
/// Source: AWS, "Authenticating requests (AWS Signature Version 4)"; the service repeats the calculation and compares.
package struct SigV4Verifier: Sendable {
    package let service: String
    /// Nil to take a signature for any region.
    package let region: String?
    package let dialect: SigV4Dialect
    /// How far the time of signing may be from now, either way. AWS: 300 for most services, 900 for S3.
    package let skewSeconds: Int64
    private let keys: SigningKeyCache

    package init(service: String, region: String?, dialect: SigV4Dialect, skewSeconds: Int64, keys: SigningKeyCache) {
        self.service = service
        self.region = region
        self.dialect = dialect
        self.skewSeconds = skewSeconds
        self.keys = keys
    }

    /// Who signed the request.
    ///
    /// `request` as it came, the target's path and query undecoded. `credentials` gives the credentials of an access key,
    /// with the session token if they have one, or nil for a key that is not known.
    package func verify(
        _ request: SigV4Request, now: SigningTime, credentials: (_ accessKeyID: String) -> SigV4Credentials?
    ) throws(SigV4Failure) -> SigV4Identity {
        let claim = try SignatureClaim(request)
        try checkScope(claim)
        guard let known = credentials(claim.accessKeyID) else { throw .unknownKey(accessKeyID: claim.accessKeyID) }
        guard ConstantTime.equal(known.sessionToken ?? "", claim.token ?? "") else {
            throw .wrongToken(accessKeyID: claim.accessKeyID)
        }
        try checkTime(claim, now: now)
        var signed = request
        signed.query = claim.query
        let payloadHash = try payloadHash(of: request, claim)
        let canonical = CanonicalRequest(signed, signing: claim.signedHeaders, dialect: dialect, payloadHash: payloadHash)
        let stringToSign = StringToSign(canonical, scope: claim.scope, time: claim.time)
        let signature = keys.key(for: known, scope: claim.scope).signature(of: stringToSign)
        guard ConstantTime.equal(signature, claim.signature) else {
            throw .signatureDoesNotMatch(canonicalRequest: canonical.text, stringToSign: stringToSign.text)
        }
        return SigV4Identity(
            accessKeyID: claim.accessKeyID, scope: claim.scope, signedAt: claim.time, isPresigned: claim.expiresSeconds != nil)
    }

    private func checkScope(_ claim: SignatureClaim) throws(SigV4Failure) {
        let expected = CredentialScope(date: claim.time.date, region: region ?? claim.scope.region, service: service)
        guard claim.scope == expected else { throw .wrongScope(found: claim.scope.text, expected: expected.text) }
    }

    private func checkTime(_ claim: SignatureClaim, now: SigningTime) throws(SigV4Failure) {
        let age = now.epochSeconds - claim.time.epochSeconds
        if age < -skewSeconds { throw .skewed(signedAt: claim.time, now: now) }
        if let seconds = claim.expiresSeconds {
            if age > seconds { throw .expired(at: SigningTime(epochSeconds: claim.time.epochSeconds + seconds), now: now) }
        } else if age > skewSeconds {
            throw .skewed(signedAt: claim.time, now: now)
        }
    }

    /// The digest that the canonical request must hold: that of the body, unless S3 lets the caller leave the body unsigned.
    private func payloadHash(of request: SigV4Request, _ claim: SignatureClaim) throws(SigV4Failure) -> String {
        let named = request.values("X-Amz-Content-Sha256")
        guard named.count <= 1 else { throw .malformed("more than one X-Amz-Content-Sha256 header") }
        if dialect == .s3 {
            if named.first == SigV4Dialect.unsignedPayload { return SigV4Dialect.unsignedPayload }
            if named.isEmpty, claim.expiresSeconds != nil { return SigV4Dialect.unsignedPayload }
        }
        let digest = hexadecimal(SHA256.digest(request.body))
        if let named = named.first, !ConstantTime.equal(named, digest) { throw .payloadMismatch }
        return digest
    }
}

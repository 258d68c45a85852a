import Cryptography

/// Signs requests to one service in one region.
///
/// Source: AWS, "Create a signed AWS API request" (Signature Version 4, `AWS4-HMAC-SHA256`).
package struct SigV4Signer: Sendable {
    package let service: String
    package let region: String
    package let dialect: SigV4Dialect
    private let keys: SigningKeyCache

    /// `service`: the name in the scope, such as `ec2` or `sts`.
    package init(service: String, region: String, dialect: SigV4Dialect, keys: SigningKeyCache) {
        self.service = service
        self.region = region
        self.dialect = dialect
        self.keys = keys
    }

    /// Signs in headers: sets `X-Amz-Date`, `Authorization`, for temporary keys `X-Amz-Security-Token`, and for S3
    /// `X-Amz-Content-Sha256`. Whatever of these the request carries already is replaced, but for an `X-Amz-Content-Sha256`
    /// outside S3, which counts as the body's digest.
    ///
    /// Source: AWS, "Create a signed AWS API request", step 6, "Add the signature to the request", HTTP headers.
    package func sign(_ request: SigV4Request, credentials: SigV4Credentials, at time: SigningTime) -> SignedRequest {
        var request = request
        request.remove("Authorization")
        request.remove("X-Amz-Date")
        request.remove("X-Amz-Security-Token")
        var added = [SigV4Request.Header("X-Amz-Date", time.stamp)]
        if let token = credentials.sessionToken { added.append(.init("X-Amz-Security-Token", token)) }
        if dialect == .s3 {
            request.remove("X-Amz-Content-Sha256")
            added.append(.init("X-Amz-Content-Sha256", hexadecimal(SHA256.digest(request.body))))
        }
        request.headers += added
        let payloadHash = request.values("X-Amz-Content-Sha256").first ?? hexadecimal(SHA256.digest(request.body))
        let canonical = CanonicalRequest(request, dialect: dialect, payloadHash: payloadHash)
        let (scope, stringToSign, signature) = stages(canonical, credentials, time)
        let authorization = SigV4Request.Header(
            "Authorization",
            "\(StringToSign.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
                + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)")
        request.headers.append(authorization)
        return SignedRequest(
            request: request, addedHeaders: added + [authorization], canonicalRequest: canonical, stringToSign: stringToSign,
            signature: signature)
    }

    /// Signs in the query, so that the URL alone is enough for whoever has it, for `expiresSeconds` (1 to 604,800) from `time`.
    /// The headers that the request carries are signed and must be sent.
    ///
    /// Source: AWS, "Create a signed AWS API request", step 6, query string; Amazon S3 API Reference, "Authenticating Requests:
    /// Using Query Parameters".
    package func presign(
        _ request: SigV4Request, credentials: SigV4Credentials, at time: SigningTime, expiresSeconds: Int
    ) -> SignedRequest {
        precondition((1...604_800).contains(expiresSeconds), "a presigned request holds for 1 second to 7 days")
        var request = request
        request.remove("Authorization")
        let scope = CredentialScope(date: time.date, region: region, service: service)
        var parameters = [
            (name: "X-Amz-Algorithm", value: StringToSign.algorithm),
            (name: "X-Amz-Credential", value: "\(credentials.accessKeyID)/\(scope.text)"),
            (name: "X-Amz-Date", value: time.stamp),
            (name: "X-Amz-Expires", value: String(expiresSeconds)),
            (name: "X-Amz-SignedHeaders", value: CanonicalRequest.signedHeaders(of: request)),
        ]
        if let token = credentials.sessionToken { parameters.append((name: "X-Amz-Security-Token", value: token)) }
        request.query += (request.query.isEmpty ? "" : "&") + PercentEncoding.query(parameters)
        let unnamed = dialect == .s3 ? SigV4Dialect.unsignedPayload : hexadecimal(SHA256.digest(request.body))
        let payloadHash = request.values("X-Amz-Content-Sha256").first ?? unnamed
        let canonical = CanonicalRequest(request, dialect: dialect, payloadHash: payloadHash)
        let (_, stringToSign, signature) = stages(canonical, credentials, time)
        request.query += "&X-Amz-Signature=\(signature)"
        return SignedRequest(
            request: request, addedHeaders: [], canonicalRequest: canonical, stringToSign: stringToSign, signature: signature)
    }

    private func stages(
        _ canonical: CanonicalRequest, _ credentials: SigV4Credentials, _ time: SigningTime
    ) -> (CredentialScope, StringToSign, String) {
        let scope = CredentialScope(date: time.date, region: region, service: service)
        let stringToSign = StringToSign(canonical, scope: scope, time: time)
        return (scope, stringToSign, keys.key(for: credentials, scope: scope).signature(of: stringToSign))
    }
}

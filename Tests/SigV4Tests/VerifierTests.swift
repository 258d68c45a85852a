import SigV4
import Testing

@Suite struct VerifierTests {
    static let keys = SigningKeyCache(capacity: 8)
    static let time = SigningTime(stamp: "20260314T092653Z")!
    static let permanent = SigV4Credentials(accessKeyID: "AKIAPERMANENT", secretAccessKey: "permanent", sessionToken: nil)
    static let temporary = SigV4Credentials(accessKeyID: "ASIATEMPORARY", secretAccessKey: "temporary", sessionToken: "to/ken+==")
    static let signer = SigV4Signer(service: "ec2", region: "eu-west-1", dialect: .standard, keys: keys)
    static let verifier = SigV4Verifier(service: "ec2", region: "eu-west-1", dialect: .standard, skewSeconds: 300, keys: keys)

    static let request = SigV4Request(
        method: "POST", scheme: "http", host: "127.0.0.1:4566", path: "/", query: "",
        headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), .init("User-Agent", "aws-cli")],
        body: Array("Action=DescribeSecurityGroups&Version=2016-11-15".utf8))

    static func lookUp(_ id: String) -> SigV4Credentials? { [permanent, temporary].first { $0.accessKeyID == id } }

    private func failure(_ request: SigV4Request, now: SigningTime = time, verifier: SigV4Verifier = verifier) -> SigV4Failure? {
        do throws(SigV4Failure) {
            _ = try verifier.verify(request, now: now, credentials: Self.lookUp)
            return nil
        } catch {
            return error
        }
    }

    private func signed(_ credentials: SigV4Credentials = permanent) -> SigV4Request {
        Self.signer.sign(Self.request, credentials: credentials, at: Self.time).request
    }

    private func presigned(_ credentials: SigV4Credentials = permanent) -> SigV4Request {
        var request = Self.request
        request.query = "Action=DescribeSecurityGroups&Version=2016-11-15"
        return Self.signer.presign(request, credentials: credentials, at: Self.time, expiresSeconds: 600).request
    }

    private func changing(_ name: String, _ change: (String) -> String) -> SigV4Request {
        var request = signed()
        let place = request.headers.firstIndex { $0.name == name }!
        request.headers[place].value = change(request.headers[place].value)
        return request
    }

    private func isMalformed(_ request: SigV4Request) -> Bool {
        if case .malformed = failure(request) { true } else { false }
    }

    @Test(arguments: [permanent, temporary]) func `what was signed verifies, in headers and in the query`(
        credentials: SigV4Credentials
    ) throws {
        let header = try Self.verifier.verify(signed(credentials), now: Self.time, credentials: Self.lookUp)
        #expect(header.accessKeyID == credentials.accessKeyID)
        #expect(header.scope == CredentialScope(date: "20260314", region: "eu-west-1", service: "ec2"))
        #expect(header.signedAt == Self.time)
        #expect(!header.isPresigned)
        #expect(try Self.verifier.verify(presigned(credentials), now: Self.time, credentials: Self.lookUp).isPresigned)
    }

    @Test func `header names in lower case and an explicit Host, as a server sees them, verify`() throws {
        var request = signed()
        request.headers = request.headers.map { .init($0.name.lowercased(), $0.value) }
        request.headers.append(.init("host", "127.0.0.1:4566"))
        request.host = "unused"
        #expect(failure(request) == nil)
    }

    @Test func `a header that was not signed may change, and one that was may not`() {
        var request = signed()
        request.headers.removeAll { $0.name == "User-Agent" }
        request.headers.append(.init("X-Forwarded-For", "192.0.2.1"))
        #expect(failure(request) == nil)
        let changed = changing("Content-Type") { $0 + "x" }
        guard case .signatureDoesNotMatch(let canonical, let toSign) = failure(changed) else {
            Issue.record("the change went unseen")
            return
        }
        #expect(canonical.contains("content-type:application/x-www-form-urlencoded; charset=utf-8x\n"))
        #expect(toSign.hasPrefix("AWS4-HMAC-SHA256\n20260314T092653Z\n20260314/eu-west-1/ec2/aws4_request\n"))
    }

    @Test func `a request without a signature is told from a bad one`() {
        #expect(failure(Self.request) == .missing)
    }

    private static let zeros = String(repeating: "0", count: 64)
    private static let scope = "20260314/eu-west-1/ec2/aws4_request"

    @Test(arguments: [
        "", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential", "AWS4-HMAC-SHA512 Credential=a",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=host;x-amz-date, Signature=00",
        "AWS4-HMAC-SHA256 Credential=a/b/\(scope), SignedHeaders=host;x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/20260314/eu-west-1/ec2/aws5, SignedHeaders=host;x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=//eu-west-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=host, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=Host;x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=host;absent;x-amz-date, Signature=\(zeros)",
        "AWS4-HMAC-SHA256 Credential=a/\(scope), SignedHeaders=host;x-amz-date, Signature=\(String(repeating: "F", count: 64))",
        "AWS4-HMAC-SHA256 \(String(repeating: "x", count: 10_000))",
    ])
    func `an Authorization header that can't be read is malformed`(value: String) {
        #expect(isMalformed(changing("Authorization") { _ in value }))
    }

    @Test func `a doubled, absent or unsigned part is malformed`() {
        var request = signed()
        request.headers.append(.init("authorization", request.values("Authorization")[0]))
        #expect(isMalformed(request), "two Authorization headers")
        request = signed()
        request.headers.append(.init("x-amz-date", Self.time.stamp))
        #expect(isMalformed(request), "two dates")
        request = signed()
        request.headers.removeAll { $0.name == "X-Amz-Date" }
        #expect(isMalformed(request), "no date")
        request = signed()
        request.headers.append(.init("X-Amz-Security-Token", "smuggled"))
        #expect(isMalformed(request), "a token that is not signed")
        request = signed()
        request.query = presigned().query
        #expect(isMalformed(request), "signed twice")
        request = presigned()
        request.query += "&X-Amz-Date=20260314T092653Z"
        #expect(isMalformed(request), "two dates in the query")
        #expect(isMalformed(changing("X-Amz-Date") { _ in "20260230T000000Z" }), "a day that there is not")
    }

    @Test(arguments: ["X-Amz-Expires=600", "X-Amz-Credential=", "X-Amz-SignedHeaders=", "X-Amz-Signature="])
    func `a presigned query without one of its parts is malformed`(part: String) {
        var request = presigned()
        request.query = request.query.split(separator: "&").filter { !$0.hasPrefix(part) }.joined(separator: "&")
        #expect(isMalformed(request))
    }

    @Test(arguments: ["0", "-1", "604801", "x", "", "%zz"]) func `a presigned query holds for a second to a week`(seconds: String) {
        var request = presigned()
        request.query = request.query.replacing("X-Amz-Expires=600", with: "X-Amz-Expires=\(seconds)")
        #expect(isMalformed(request))
    }

    @Test func `an unknown access key is named`() {
        let stranger = SigV4Credentials(accessKeyID: "AKIASTRANGER", secretAccessKey: "s", sessionToken: nil)
        #expect(failure(signed(stranger)) == .unknownKey(accessKeyID: "AKIASTRANGER"))
    }

    @Test func `the session token must be that of the access key`() {
        let without = SigV4Credentials(accessKeyID: "ASIATEMPORARY", secretAccessKey: "temporary", sessionToken: nil)
        let other = SigV4Credentials(accessKeyID: "ASIATEMPORARY", secretAccessKey: "temporary", sessionToken: "other")
        let superfluous = SigV4Credentials(accessKeyID: "AKIAPERMANENT", secretAccessKey: "permanent", sessionToken: "x")
        for credentials in [without, other] {
            #expect(failure(signed(credentials)) == .wrongToken(accessKeyID: "ASIATEMPORARY"))
            #expect(failure(presigned(credentials)) == .wrongToken(accessKeyID: "ASIATEMPORARY"))
        }
        #expect(failure(signed(superfluous)) == .wrongToken(accessKeyID: "AKIAPERMANENT"))
    }

    @Test(arguments: [("ec2", "us-east-1"), ("sts", "eu-west-1")]) func `a signature for elsewhere is refused`(
        service: String, region: String
    ) {
        let signer = SigV4Signer(service: service, region: region, dialect: .standard, keys: Self.keys)
        let request = signer.sign(Self.request, credentials: Self.permanent, at: Self.time).request
        #expect(
            failure(request)
                == .wrongScope(
                    found: "20260314/\(region)/\(service)/aws4_request", expected: "20260314/eu-west-1/ec2/aws4_request"))
    }

    @Test func `a scope of another day than the date is refused`() {
        let request = changing("Authorization") { $0.replacing("/20260314/", with: "/20260313/") }
        #expect(
            failure(request)
                == .wrongScope(found: "20260313/eu-west-1/ec2/aws4_request", expected: "20260314/eu-west-1/ec2/aws4_request"))
    }

    @Test(arguments: [(-301, false), (-300, true), (0, true), (300, true), (301, false)])
    func `the clock may differ by the skew and no more`(seconds: Int64, accepted: Bool) {
        let now = SigningTime(epochSeconds: Self.time.epochSeconds + seconds)
        #expect(failure(signed(), now: now) == (accepted ? nil : .skewed(signedAt: Self.time, now: now)))
    }

    @Test func `a presigned request holds until it expires`() {
        let end = SigningTime(epochSeconds: Self.time.epochSeconds + 600)
        let after = SigningTime(epochSeconds: Self.time.epochSeconds + 601)
        let before = SigningTime(epochSeconds: Self.time.epochSeconds - 301)
        #expect(failure(presigned(), now: end) == nil)
        #expect(failure(presigned(), now: after) == .expired(at: end, now: after))
        #expect(failure(presigned(), now: before) == .skewed(signedAt: Self.time, now: before))
    }

    @Test func `a named digest must be the body's`() {
        let signer = SigV4Signer(service: "s3", region: "eu-west-1", dialect: .s3, keys: Self.keys)
        let verifier = SigV4Verifier(service: "s3", region: nil, dialect: .s3, skewSeconds: 900, keys: Self.keys)
        var request = signer.sign(Self.request, credentials: Self.permanent, at: Self.time).request
        #expect(failure(request, verifier: verifier) == nil)
        request.body.append(0)
        #expect(failure(request, verifier: verifier) == .payloadMismatch)
    }

    @Test func `the description of a failure holds no canonical request`() {
        var request = signed(Self.temporary)
        request.path = "/other"
        let failure = failure(request)
        #expect(failure?.description == "the signature does not match the request")
        #expect(failure.map { String(reflecting: $0) }?.contains("to/ken") == false)
    }
}

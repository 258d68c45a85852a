import Foundation
import Peers
import SigV4
import Testing

/// Every stage against botocore's, on generated requests. Without a Python that has botocore there is nothing to compare with:
/// `make test` makes one.
@Suite(.enabled(if: Python.executable != nil, "\(Python.isMissing)")) struct BotocoreTests {
    static let seed = ProcessInfo.processInfo.environment["DRAWBRIDGE_TEST_SEED"].flatMap { Int($0) } ?? 20_150_830
    static let count = 3000
    static let vectors = Result { try BotocorePeer.vectors(seed: seed, count: count) }
    static let keys = SigningKeyCache(capacity: 16)

    private func signed(_ vector: BotocoreVector) throws -> SignedRequest {
        let signer = SigV4Signer(service: vector.service, region: vector.region, dialect: vector.sigV4Dialect, keys: Self.keys)
        let time = try #require(SigningTime(stamp: vector.stamp))
        return vector.isPresigned
            ? signer.presign(vector.request, credentials: vector.credentials, at: time, expiresSeconds: vector.expires)
            : signer.sign(vector.request, credentials: vector.credentials, at: time)
    }

    @Test func `all stages of generated requests equal botocore's`() throws {
        print("botocore vectors: seed \(Self.seed), count \(Self.count)")
        let vectors = try Self.vectors.get()
        #expect(vectors.count == Self.count)
        for (index, vector) in vectors.enumerated() {
            let signed = try signed(vector)
            try #require(signed.canonicalRequest.text == vector.canonicalRequest, "seed \(Self.seed), line \(index + 1)")
            try #require(signed.stringToSign.text == vector.stringToSign, "seed \(Self.seed), line \(index + 1)")
            try #require(signed.signature == vector.signature, "seed \(Self.seed), line \(index + 1)")
            #expect(signed.request.values("Authorization").first == vector.authorization)
        }
    }

    /// A comparison on requests that are all alike would show little.
    @Test func `the generated requests reach every corner`() throws {
        let vectors = try Self.vectors.get()
        let corners: [(String, (BotocoreVector) -> Bool)] = [
            ("signed in headers", { !$0.isPresigned && $0.dialect == "standard" }),
            ("S3 in headers", { !$0.isPresigned && $0.dialect == "s3" }),
            ("presigned", { $0.isPresigned && $0.dialect == "standard" }),
            ("S3 presigned", { $0.isPresigned && $0.dialect == "s3" }),
            ("session token", { $0.token != nil }), ("no query", { $0.query.isEmpty && $0.parameters == nil }),
            ("parameters to encode", { $0.parameters != nil }), ("dots", { $0.path.contains("/..") }),
            ("slashes", { $0.path.contains("//") }),
            ("percent", { $0.path.contains("%2F") }), ("beyond ASCII", { !$0.path.utf8.allSatisfy { $0 < 128 } }),
            ("header beyond ASCII", { $0.headers.contains { !$0[1].utf8.allSatisfy { $0 < 128 } } }),
            ("white space", { $0.headers.contains { $0[1].contains("   ") } }),
            ("repeated header", { Set($0.headers.map { $0[0].lowercased() }).count < $0.headers.count }),
            ("no body", { $0.body.isEmpty }), ("large body", { $0.bodyBytes.count >= 65_536 }),
        ]
        for (name, holds) in corners { #expect(vectors.count(where: holds) >= 10, "\(name)") }
    }

    @Test func `times are read and written as Python's`() throws {
        for vector in try Self.vectors.get() {
            #expect(SigningTime(epochSeconds: vector.epochSeconds).stamp == vector.stamp)
            #expect(SigningTime(stamp: vector.stamp)?.epochSeconds == vector.epochSeconds)
        }
    }

    @Test func `what botocore signed verifies, and not with a changed secret, path, query, header or body`() throws {
        for (index, vector) in try Self.vectors.get().enumerated() {
            // Presigned away from S3, a request can't name a digest of a body that it hasn't got.
            if vector.headers.contains(where: { $0[0] == "x-amz-content-sha256" }) { continue }
            let verifier = SigV4Verifier(
                service: vector.service, region: nil, dialect: vector.sigV4Dialect, skewSeconds: 300, keys: Self.keys)
            let now = SigningTime(epochSeconds: vector.epochSeconds + 1)
            func outcome(_ request: SigV4Request, secret: String? = nil) -> SigV4Failure? {
                let credentials = SigV4Credentials(
                    accessKeyID: vector.accessKeyID, secretAccessKey: secret ?? vector.secret, sessionToken: vector.token)
                do throws(SigV4Failure) {
                    let identity = try verifier.verify(request, now: now) { $0 == vector.accessKeyID ? credentials : nil }
                    #expect(identity.isPresigned == vector.isPresigned)
                    return nil
                } catch {
                    return error
                }
            }
            let request = vector.signedRequest
            try #require(outcome(request) == nil, "seed \(Self.seed), line \(index + 1)")
            guard case .signatureDoesNotMatch = outcome(request, secret: vector.secret + "x") else {
                Issue.record("another secret, line \(index + 1)")
                continue
            }
            var changed = request
            switch index % 5 {
            case 0: changed.path += "x"
            case 1: changed.query += changed.query.isEmpty ? "x" : "&x"
            case 2:
                changed.host = "other.example.com"
                changed.headers.removeAll { $0.name.lowercased() == "host" }
            case 3: changed.method = "PATCH"
            default: changed.body.append(0)
            }
            let bodyIsUnsigned = vector.isPresigned && vector.dialect == "s3" && index % 5 == 4
            #expect((outcome(changed) == nil) == bodyIsUnsigned, "seed \(Self.seed), line \(index + 1), change \(index % 5)")
        }
    }
}

import Cryptography
import SigV4
import Testing

/// Source: AWS's Signature Version 4 test suite (as in awslabs/aws-c-auth, tests/aws-signing-test-suite/v4).
@Suite struct PublishedVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var path = "/"
        var query = ""
        var headers: [SigV4Request.Header] = []
        var token: String?
        var dialect = SigV4Dialect.standard
        var signature: String
        var testDescription: String { name }
    }

    static let vectors: [Vector] = [
        Vector(name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-header-key-duplicate",
            headers: [.init("My-Header1", "value2"), .init("My-Header1", "value2"), .init("My-Header1", "value1")],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        Vector(
            name: "get-header-value-multiline", headers: [.init("My-Header1", "value1\n  value2\n     value3")],
            signature: "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"),
        Vector(
            name: "get-header-value-order",
            headers: [
                .init("My-Header1", "value4"), .init("My-Header1", "value1"), .init("My-Header1", "value3"),
                .init("My-Header1", "value2"),
            ],
            signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
        Vector(
            name: "get-header-value-trim", headers: [.init("My-Header1", " value1"), .init("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Vector(
            name: "get-relative", path: "/example/..",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-relative-relative", path: "/example1/example2/../..",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-relative-relative-unnormalized", path: "/example1/example2/../..", dialect: .s3,
            signature: "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b"),
        Vector(
            name: "get-slash-dot-slash", path: "/./",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-slash-dot-slash-unnormalized", path: "/./", dialect: .s3,
            signature: "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145"),
        Vector(name: "get-slash", path: "//", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-slash-unnormalized", path: "//", dialect: .s3,
            signature: "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e"),
        Vector(
            name: "get-slash-pointless-dot", path: "/./example",
            signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
        Vector(
            name: "get-slashes", path: "//example//",
            signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        Vector(
            name: "get-slashes-unnormalized", path: "//example//", dialect: .s3,
            signature: "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"),
        Vector(
            name: "get-space", path: "/example space/",
            signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
        Vector(
            name: "get-unreserved", path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
        Vector(name: "get-utf8", path: "/ሴ", signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Vector(
            name: "get-vanilla-query-order-encoded", query: "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            signature: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
        Vector(
            name: "get-vanilla-query-order-key-case", query: "Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Vector(
            name: "get-vanilla-utf8-query", query: PercentEncoding.query([(name: "ሴ", value: "bar")]),
            signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
        Vector(
            name: "get-vanilla-with-session-token", token: "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
        Vector(
            name: "post-header-key-sort", method: "POST", headers: [.init("My-Header1", "value1")],
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
        Vector(
            name: "post-vanilla-query", method: "POST", query: "Param1=value1",
            signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    ]

    /// The suite's own unnormalised cases sign no digest header: so the stages are gone through one by one.
    @Test(arguments: vectors) func `the published test suite is met`(vector: Vector) throws {
        let time = try #require(SigningTime(stamp: "20150830T123600Z"))
        let credentials = SigV4Credentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: vector.token)
        let request = SigV4Request(
            method: vector.method, scheme: "https", host: "example.amazonaws.com", path: vector.path, query: vector.query,
            headers: vector.headers, body: [])
        if vector.dialect == .standard {
            let signer = SigV4Signer(
                service: "service", region: "us-east-1", dialect: .standard, keys: SigningKeyCache(capacity: 1))
            #expect(signer.sign(request, credentials: credentials, at: time).signature == vector.signature)
        } else {
            var dated = request
            dated.headers.append(.init("X-Amz-Date", time.stamp))
            let canonical = CanonicalRequest(dated, dialect: .s3, payloadHash: hexadecimal(SHA256.digest([])))
            let scope = CredentialScope(date: time.date, region: "us-east-1", service: "service")
            let key = SigningKey(secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope: scope)
            #expect(key.signature(of: StringToSign(canonical, scope: scope, time: time)) == vector.signature)
        }
    }

    private static let s3 = SigV4Signer(service: "s3", region: "us-east-1", dialect: .s3, keys: SigningKeyCache(capacity: 1))
    private static let s3Credentials = SigV4Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", sessionToken: nil)

    /// Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
    @Test(arguments: [
        (
            "GET", "/test.txt", "", [SigV4Request.Header("Range", "bytes=0-9")], "",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        (
            "PUT", "/test%24file.text", "",
            [SigV4Request.Header("Date", "Fri, 24 May 2013 00:00:00 GMT"), .init("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        ("GET", "/", "lifecycle", [], "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("GET", "/", "prefix=J&max-keys=2", [], "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
    func `the examples of the S3 reference are met`(
        method: String, path: String, query: String, headers: [SigV4Request.Header], body: String, signature: String
    ) throws {
        let request = SigV4Request(
            method: method, scheme: "https", host: "examplebucket.s3.amazonaws.com", path: path, query: query, headers: headers,
            body: Array(body.utf8))
        let time = try #require(SigningTime(stamp: "20130524T000000Z"))
        #expect(Self.s3.sign(request, credentials: Self.s3Credentials, at: time).signature == signature)
    }

    /// Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
    @Test func `the presigned example of the S3 reference is met`() throws {
        let request = SigV4Request(
            method: "GET", scheme: "https", host: "examplebucket.s3.amazonaws.com", path: "/test.txt", query: "", headers: [],
            body: [])
        let time = try #require(SigningTime(stamp: "20130524T000000Z"))
        let signed = Self.s3.presign(request, credentials: Self.s3Credentials, at: time, expiresSeconds: 86_400)
        #expect(
            signed.request.query
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
                + "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
        #expect(signed.addedHeaders == [])
    }
}

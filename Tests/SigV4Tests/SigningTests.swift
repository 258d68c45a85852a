import SigV4
import Testing

@Suite struct SigningTests {
    private let request = SigV4Request(
        method: "GET", scheme: "https", host: "sts.eu-west-1.amazonaws.com:443", path: "", query: "", headers: [], body: [])
    private let credentials = SigV4Credentials(accessKeyID: "AKIA", secretAccessKey: "sesame", sessionToken: "open")

    @Test func `the added headers are those that the signed request has more`() throws {
        let signer = SigV4Signer(service: "sts", region: "eu-west-1", dialect: .standard, keys: SigningKeyCache(capacity: 1))
        let signed = signer.sign(request, credentials: credentials, at: SigningTime(epochSeconds: 0))
        #expect(signed.addedHeaders.map(\.name) == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"])
        #expect(signed.request.headers == signed.addedHeaders)
        #expect(signed.request.values("x-amz-date") == ["19700101T000000Z"])
        #expect(
            signed.canonicalRequest.text.hasPrefix("GET\n/\n\nhost:sts.eu-west-1.amazonaws.com\n"),
            "the standard port goes without saying, and an empty path is /")
    }

    @Test func `signing again replaces the old signature`() {
        let signer = SigV4Signer(service: "s3", region: "eu-west-1", dialect: .s3, keys: SigningKeyCache(capacity: 4))
        let first = signer.sign(request, credentials: credentials, at: SigningTime(epochSeconds: 0))
        let again = signer.sign(first.request, credentials: credentials, at: SigningTime(epochSeconds: 100_000))
        let fresh = signer.sign(request, credentials: credentials, at: SigningTime(epochSeconds: 100_000))
        #expect(again.request == fresh.request)
    }

    @Test func `the key cache is bounded and never mixes keys up`() {
        let cache = SigningKeyCache(capacity: 3)
        let bare = SigningKeyCache(capacity: 1)
        var seen: Set<String> = []
        for round in 0..<2 {
            for region in ["a", "b", "c", "d", "e"] {
                for secret in ["s", "t"] {
                    let credentials = SigV4Credentials(accessKeyID: "K", secretAccessKey: secret, sessionToken: nil)
                    let time = SigningTime(epochSeconds: 86_400)
                    let cached = SigV4Signer(service: "ec2", region: region, dialect: .standard, keys: cache)
                        .sign(request, credentials: credentials, at: time).signature
                    let uncached = SigV4Signer(service: "ec2", region: region, dialect: .standard, keys: bare)
                        .sign(request, credentials: credentials, at: time).signature
                    #expect(cached == uncached)
                    #expect(seen.insert(cached).inserted == (round == 0))
                    #expect(cache.count <= 3)
                }
            }
        }
        #expect(cache.count == 3)
    }

    @Test func `one signer serves many tasks at once`() async {
        let signer = SigV4Signer(service: "ec2", region: "eu-west-1", dialect: .standard, keys: SigningKeyCache(capacity: 2))
        let expected = (0..<4).map {
            signer.sign(request, credentials: credentials, at: SigningTime(epochSeconds: $0 * 86_400)).signature
        }
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask { [request, credentials] in
                    let day = index % 4
                    let time = SigningTime(epochSeconds: Int64(day) * 86_400)
                    return signer.sign(request, credentials: credentials, at: time).signature == expected[day]
                }
            }
            for await equal in group { #expect(equal) }
        }
    }

    @Test func `credentials and signed requests print without their secrets`() {
        let signer = SigV4Signer(service: "ec2", region: "eu-west-1", dialect: .standard, keys: SigningKeyCache(capacity: 2))
        let signed = signer.presign(request, credentials: credentials, at: SigningTime(epochSeconds: 0), expiresSeconds: 1)
        var text = "\(credentials) \(String(reflecting: credentials)) \(signed) \(String(reflecting: signed))"
        dump(credentials, to: &text)
        dump(signed, to: &text)
        #expect(!text.contains("sesame") && !text.contains("open") && !text.contains(signed.signature))
        #expect(text.contains("AKIA"))
    }

    @Test(arguments: [
        ("19700101T000000Z", 0), ("20000229T235959Z", 951_868_799), ("20380119T031408Z", 2_147_483_648), ("19691231T235959Z", -1),
        ("00000101T000000Z", -62_167_219_200), ("99991231T235959Z", 253_402_300_799), ("21000301T000000Z", 4_107_542_400),
    ])
    func `a stamp and its second are one`(stamp: String, epochSeconds: Int64) {
        #expect(SigningTime(stamp: stamp)?.epochSeconds == epochSeconds)
        #expect(SigningTime(epochSeconds: epochSeconds).stamp == stamp)
        #expect(SigningTime(epochSeconds: epochSeconds).date == String(stamp.prefix(8)))
    }

    @Test(arguments: [
        "", "20260314", "2026-03-14T09:26:53Z", "20260314T092653", "20260314t092653Z", "20260314T092653z", "20261314T092653Z",
        "20260231T092653Z",
        "20250229T000000Z", "20260314T242653Z", "20260314T096053Z", "20260314T092660Z", "2026031 T092653Z", "+0260314T092653Z",
        "20260314T092653Z ",
    ])
    func `what is no stamp is refused`(stamp: String) {
        #expect(SigningTime(stamp: stamp) == nil)
    }

    @Test func `times beyond the four digits of a year come to the nearest`() {
        #expect(SigningTime(epochSeconds: .max).stamp == "99991231T235959Z")
        #expect(SigningTime(epochSeconds: .min).stamp == "00000101T000000Z")
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("+", "%2B"), ("~-._", "~-._"), ("é", "%C3%A9"), ("😀", "%F0%9F%98%80"), ("%", "%25"), ("/", "%2F"),
        ("", ""),
    ])
    func `percent-encoding goes both ways`(plain: String, encoded: String) {
        #expect(PercentEncoding.encode(plain) == encoded)
        #expect(PercentEncoding.decode(encoded) == plain)
    }

    @Test(arguments: ["%", "%4", "%zz", "a%", "%FF", "%C3"]) func `what is not percent-encoded text is refused`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}

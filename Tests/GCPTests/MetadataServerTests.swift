import GCP
import HTTP
import Model
import Testing

@Suite struct MetadataServerTests {
    private static let path = "/computeMetadata/v1/instance/service-accounts/default/token"
    private let url = "GET http://metadata.google.internal\(path)"
    private let google: HTTPHeaders = ["metadata-flavor": "Google"]
    private let body = #"{"access_token":"ya29.a","expires_in":3599,"token_type":"Bearer"}"#

    private func source(_ direct: ScriptedTransport, _ clock: TestClock, host: String? = nil) throws(APIError) -> any GCPTokenSource {
        var environment = ["HOME": "/nowhere"]
        if let host { environment["GCE_METADATA_HOST"] = host }
        return try GCPIdentity.tokenSource(
            environment: environment, transport: ScriptedTransport([]), direct: direct, runtime: clock.runtime)
    }

    @Test(arguments: [
        (nil as String?, "metadata.google.internal"), ("", "metadata.google.internal"), ("127.0.0.1:8123", "127.0.0.1:8123"),
        ("169.254.169.254", "169.254.169.254"), ("[::1]:80", "[::1]:80"),
    ])
    func `without a file the metadata server is asked, without a proxy`(host: String?, expected: String) async throws {
        let direct = ScriptedTransport([.answer("GET http://\(expected)\(Self.path)", body, headers: google)])
        #expect(try await source(direct, TestClock(), host: host).token() == Secret("ya29.a"))
        #expect(direct.requests[0].headers["Metadata-Flavor"] == "Google")
    }

    @Test func `it is waited for in the first seconds of a pod's life`() async throws {
        let direct = ScriptedTransport([
            .failure(url, .connect, received: false), .failure(url, .resolve, received: false),
            .failure(url, .timeout, received: true),
            .answer(url, "not yet", status: 503), .answer(url, "", status: 500), .answer(url, body, headers: google),
        ])
        let clock = TestClock()
        #expect(try await source(direct, clock).token() == Secret("ya29.a"))
        #expect(clock.sleeps.count == 5)
    }

    @Test func `it is not waited for without end`() async throws {
        let direct = ScriptedTransport(Array(repeating: .failure(url, .connect, received: false), count: 100))
        let clock = TestClock()
        let source = try source(direct, clock)
        let error = await failure { () throws(APIError) in try await source.token() }
        #expect(error?.disposition == .retry(after: nil))
        #expect(clock.now.instant.sinceOrigin <= .seconds(30))
        #expect(direct.requests.count > 5)
    }

    @Test func `a server that accepts and never answers is asked again within bounds, and named`() async throws {
        let clock = TestClock()
        let direct = ScriptedTransport(
            Array(repeating: .failure(url, .timeout, received: true) { clock.advance(.seconds(10)) }, count: 100))
        let source = try source(direct, clock)
        let error = await failure { () throws(APIError) in try await source.token() }
        #expect(direct.requests.count == 3)
        #expect(direct.requests.allSatisfy { $0.limits.total == .seconds(10) })
        #expect(clock.now.instant.sinceOrigin <= .seconds(40))
        for words in ["metadata.google.internal", "GCE_METADATA_HOST", "Workload Identity", "GOOGLE_APPLICATION_CREDENTIALS"] {
            #expect(error?.description.contains(words) == true, "\(words)")
        }
    }

    @Test func `what does not say that it is Google's is not believed`() async throws {
        let source = try source(ScriptedTransport([.answer(url, body)]), TestClock())
        let error = await failure { () throws(APIError) in try await source.token() }
        #expect(error?.code == "wrong-server")
        #expect(error?.message.contains("GCE_METADATA_HOST") == true)
        #expect(error?.description.contains("ya29") == false)
    }

    @Test(arguments: [(404, "no service account is attached"), (403, "Workload Identity")])
    func `a refusal says what to set up`(status: Int, words: String) async throws {
        let source = try source(ScriptedTransport([.answer(url, "refused by IAM", status: status, headers: google)]), TestClock())
        let error = await failure { () throws(APIError) in try await source.token() }
        #expect(error?.isDenied == true)
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.contains("refused by IAM") == true)
    }

    @Test(arguments: [
        "", "ya29.secret", #"{"access_token":"ya29.secret"}"#, #"{"access_token":"","expires_in":3599}"#,
        #"{"access_token":"ya29.secret\r\nX: y","expires_in":3599}"#, #"{"access_token":"ya29.secret","expires_in":0}"#,
        #"{"access_token":"ya29.secret","expires_in":3599,"token_type":"mac"}"#,
    ])
    func `an answer without a usable token is an error that does not repeat it`(body: String) async throws {
        let source = try source(ScriptedTransport([.answer(url, body, headers: google)]), TestClock())
        let error = await failure { () throws(APIError) in try await source.token() }
        #expect(error?.code == "malformed-answer")
        #expect(error?.description.contains("secret") == false)
    }

    // MARK: ID tokens

    private let identity =
        "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity?audience=a%2Fb&format=full"

    private func identityToken(_ step: ScriptedTransport.Step..., clock: TestClock = TestClock()) async throws(APIError) -> Secret {
        // A key file is no reason to ask elsewhere.
        try await GCPIdentity.identityToken(
            audience: "a/b", environment: ["GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"], direct: ScriptedTransport(step),
            runtime: clock.runtime)
    }

    @Test func `an ID token is asked for with its audience, and waited for`() async throws {
        let token = try await identityToken(
            .failure(identity, .connect, received: false), .answer(identity, "not yet", status: 503),
            .answer(identity, "eyJh.eyJp.c2ln\n", headers: google))
        #expect(token == Secret("eyJh.eyJp.c2ln"))
    }

    @Test(arguments: ["", "secret", "sec.ret", "sec.ret.", "sec.r t.secr", "sec.ret.secr\nsecond", "sec.ret.secr\u{0}"])
    func `what is no signed token is refused without repeating it`(body: String) async {
        let step = ScriptedTransport.Step.answer(identity, body, headers: google)
        let error = await failure { () throws(APIError) in try await identityToken(step) }
        #expect(error?.code == "malformed-answer")
        #expect(error?.description.contains("sec") == false)
    }

    @Test func `an ID token of somebody else's server is not believed`() async {
        let step = ScriptedTransport.Step.answer(identity, "eyJh.eyJp.c2ln")
        let error = await failure { () throws(APIError) in try await identityToken(step) }
        #expect(error?.code == "wrong-server")
    }

    @Test(arguments: ["http://metadata", "host/path", "user@host", "a b", "host?x"])
    func `a host that is none is an error before any request`(host: String) {
        let error = #expect(throws: APIError.self) { try source(ScriptedTransport([]), TestClock(), host: host) }
        #expect(error?.resource == "GCE_METADATA_HOST")
    }
}

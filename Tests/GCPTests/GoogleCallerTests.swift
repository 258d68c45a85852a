import Foundation
import HTTP
import Model
import Testing

@testable import GCP

@Suite struct GoogleCallerTests {
    private static let account = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default"
    private let google: HTTPHeaders = ["metadata-flavor": "Google"]

    private func caller(
        _ environment: [String: String], transport: ScriptedTransport = ScriptedTransport([]),
        direct: ScriptedTransport = ScriptedTransport([])
    ) async throws(APIError) -> GoogleCaller {
        try await GCPIdentity.caller(
            environment: environment, tokens: TestTokens(["ya29.secret"]), transport: transport, direct: direct,
            runtime: TestClock().runtime)
    }

    @Test func `the metadata server says it, and no token goes anywhere`() async throws {
        let direct = ScriptedTransport([
            .answer("GET \(Self.account)/email", "sa@acme.iam.gserviceaccount.com", headers: google),
            .answer("GET \(Self.account)/scopes", "https://www.googleapis.com/auth/cloud-platform\nhttps://x/y\n", headers: google),
        ])
        let found = try await caller([:], direct: direct)
        #expect(found.email == "sa@acme.iam.gserviceaccount.com" && found.reachesCompute == true)
        #expect(found.source == "the metadata server metadata.google.internal" && direct.isFinished)
        #expect(direct.requests.allSatisfy { $0.headers["Metadata-Flavor"] == "Google" && $0.headers["Authorization"] == nil })
    }

    @Test func `what is no metadata server is not believed`() async throws {
        let direct = ScriptedTransport([.answer("GET \(Self.account)/email", "someone@portal")])
        #expect(await failure { () async throws(APIError) in try await caller([:], direct: direct) }?.code == "wrong-server")
    }

    @Test func `a key file says it itself`() async throws {
        try await CredentialFixture.withFile(try CredentialFixture.serviceAccount()) { path in
            let found = try await caller(["GOOGLE_APPLICATION_CREDENTIALS": path])
            #expect(found.email == CredentialFixture.email && found.reachesCompute == true && found.source.contains(path))
        }
    }

    @Test func `an impersonated account stands in the file's URL`() async throws {
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let found = try await caller(["GOOGLE_APPLICATION_CREDENTIALS": path])
            #expect(found.email == CredentialFixture.target)
        }
    }

    private func user(_ uri: String) -> String {
        CredentialFixture.user.replacing("}", with: #","token_uri":"\#(uri)"}"#)
    }

    @Test(arguments: [
        ("https://oauth2.googleapis.com/token", "https://oauth2.googleapis.com/tokeninfo"),
        ("http://127.0.0.1:8123/token", "http://127.0.0.1:8123/tokeninfo"),
        ("https://elsewhere.example/oauth", "https://oauth2.googleapis.com/tokeninfo"),
    ])
    func `a person's token is described by who gave it, in a header and never in a URL`(_ uri: String, _ expected: String) async throws {
        try await CredentialFixture.withFile(user(uri)) { path in
            let transport = ScriptedTransport([
                .answer(
                    "POST \(expected)", #"{"scope":"openid https://www.googleapis.com/auth/compute","email":"me@example.com","azp":"1"}"#)
            ])
            let found = try await caller(["GOOGLE_APPLICATION_CREDENTIALS": path], transport: transport)
            #expect(found.email == "me@example.com" && found.reachesCompute == true)
            #expect(transport.requests[0].headers["Authorization"] == "Bearer ya29.secret")
            #expect(!transport.requests[0].url.contains("ya29"))
        }
    }

    @Test func `whom to ask about a token is known from the one reading of the file that checks it`() async throws {
        func summary(_ path: String) throws(APIError) -> GCPIdentity.Summary {
            try GCPIdentity.summary(
                environment: ["GOOGLE_APPLICATION_CREDENTIALS": path], transport: ScriptedTransport([]), direct: ScriptedTransport([]),
                runtime: TestClock().runtime)
        }
        try await CredentialFixture.withFile(user("https://elsewhere.example/token")) { path in
            let found = try summary(path)
            #expect(found.tokenURL?.text == "https://elsewhere.example/token")
        }
        let error = try await CredentialFixture.withFile(user("http://elsewhere.example/token")) { path in
            await failure { () async throws(APIError) in try summary(path) }
        }
        #expect(error?.code == "malformed-file")
    }

    @Test func `a refusal repeats no token`() async throws {
        try await CredentialFixture.withFile(CredentialFixture.user) { path in
            let transport = ScriptedTransport([
                .answer("POST \(TokenInfo.standard)", #"{"error":"invalid_token","error_description":"ya29.secret is none"}"#, status: 400)
            ])
            let error = await failure { () async throws(APIError) in
                try await caller(["GOOGLE_APPLICATION_CREDENTIALS": path], transport: transport)
            }
            #expect(error != nil && !"\(String(describing: error))".contains("ya29.secret"), "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        (["https://www.googleapis.com/auth/compute"], true as Bool?, true as Bool?),
        (["https://www.googleapis.com/auth/devstorage.read_only"], false, false),
        (["https://www.googleapis.com/auth/compute.readonly"], false, true), ([], false, false), (nil, nil, nil),
    ])
    func `scopes tell what tokens are good for`(_ scopes: [String]?, _ writes: Bool?, _ reads: Bool?) {
        let caller = GoogleCaller(email: nil, scopes: scopes, source: "")
        #expect(caller.reachesCompute == writes && caller.readsCompute == reads)
    }

    @Test func `operations can be read by who is told that there is no such one`() async throws {
        let line = "GET \(base)projects/p/zones/z/operations/drawbridge-doctor"
        let allowed = ScriptedTransport([.refusal(line, 404, "notFound", "The resource 'operations/x' was not found")])
        try await client(allowed, TestClock()).checkOperationsReadable(project: "p", zone: "z")
        let denied = ScriptedTransport([.refusal(line, 403, "forbidden", "Required 'compute.zoneOperations.get' permission")])
        let error = await failure { () async throws(APIError) in
            try await client(denied, TestClock()).checkOperationsReadable(project: "p", zone: "z")
        }
        #expect(error?.isDenied == true)
    }
}

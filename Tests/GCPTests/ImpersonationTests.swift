import Foundation
import GCP
import HTTP
import Model
import Testing

@Suite struct ImpersonationTests {
    private let oauth = "POST https://oauth2.googleapis.com/token"
    private let generate = "POST \(CredentialFixture.impersonationURL)"
    private let answer = #"{"access_token":"ya29.user","expires_in":3599,"token_type":"Bearer"}"#

    @Test func `a token of the account is asked for with a token of the source`() async throws {
        let transport = ScriptedTransport([.answer(oauth, answer), .answer(generate, CredentialFixture.generated())])
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let token = try await CredentialFixture.source(path, transport).token()
            #expect(token == Secret("ya29.target"))
        }
        #expect(transport.isFinished)
        let request = transport.requests[1]
        #expect(request.headers["Authorization"] == "Bearer ya29.user")
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == #"{"lifetime":"3600s","scope":["https://www.googleapis.com/auth/cloud-platform"]}"#)
    }

    @Test func `delegates and a key as the source`() async throws {
        let transport = ScriptedTransport([.answer(oauth, answer), .answer(generate, CredentialFixture.generated())])
        let delegates = #""delegates":["projects/-/serviceAccounts/between@acme.iam.gserviceaccount.com"],"#
        let content = CredentialFixture.impersonated(try CredentialFixture.serviceAccount(), delegates: delegates)
        try await CredentialFixture.withFile(content) { path in
            _ = try await CredentialFixture.source(path, transport).token()
        }
        #expect(CredentialFixture.form(transport.requests[0])["assertion"] != nil)
        #expect(
            String(decoding: transport.requests[1].body ?? [], as: UTF8.self).hasPrefix(
                #"{"delegates":["projects/-/serviceAccounts/between@acme.iam.gserviceaccount.com"],"#))
    }

    @Test func `an external account as the source, which itself impersonates`() async throws {
        let between = CredentialFixture.impersonationURL.replacing("target@", with: "between@")
        let transport = ScriptedTransport([
            .answer("POST \(CredentialFixture.stsURL)", answer),
            .answer("POST \(between)", CredentialFixture.generated("ya29.between")), .answer(generate, CredentialFixture.generated()),
        ])
        try await CredentialFixture.withFile("subject-token") { token in
            let source = CredentialFixture.external(
                #"{"file":"\#(token)"}"#, adding: #","service_account_impersonation_url":"\#(between)""#)
            try await CredentialFixture.withFile(CredentialFixture.impersonated(source)) { path in
                let token = try await CredentialFixture.source(path, transport).token()
                #expect(token == Secret("ya29.target"))
            }
        }
        #expect(transport.requests.last?.headers["Authorization"] == "Bearer ya29.between")
    }

    /// The clock of the tests stands at 12:00:20.
    @Test(arguments: [
        ("2026-03-01T13:00:20Z", 3600), ("2026-03-01T12:20:20Z", 1200), ("2026-03-01T15:00:20Z", 3600), ("2026-03-01T11:00:00Z", 3600),
    ])
    func `a token lasts as long as was granted, whatever the clock here says`(end: String, seconds: Int) async throws {
        let clock = TestClock()
        let answers: [ScriptedTransport.Step] = [.answer(oauth, answer), .answer(generate, CredentialFixture.generated(end: end))]
        let transport = ScriptedTransport(answers + answers)
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let source = try CredentialFixture.source(path, transport, clock)
            _ = try await source.token()
            clock.advance(.seconds(seconds - 226))
            _ = try await source.token()
            #expect(transport.requests.count == 2)
            clock.advance(.seconds(226 - 9))
            _ = try await source.token()
            #expect(transport.requests.count == 4)
        }
    }

    @Test(arguments: [
        (403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", "roles/iam.serviceAccountTokenCreator"),
        (403, "PERMISSION_DENIED", "SERVICE_DISABLED", "gcloud services enable iamcredentials.googleapis.com"),
        (404, "NOT_FOUND", "x", "there is no service account target@acme.iam.gserviceaccount.com"),
        (401, "UNAUTHENTICATED", "x", "the token of the credentials"),
    ])
    func `a refusal says what to set up`(status: Int, code: String, reason: String, advice: String) async throws {
        let body =
            #"{"error":{"code":\#(status),"message":"refused ya29.user","status":"\#(code)","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"\#(reason)"}]}}"#
        let transport = ScriptedTransport([.answer(oauth, answer), .answer(generate, body, status: status)])
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let source = try CredentialFixture.source(path, transport)
            let error = try #require(await failure { () throws(APIError) in try await source.token() })
            #expect(error.isDenied)
            #expect(error.code == code)
            #expect(error.message.contains(advice), "\(error)")
            #expect(error.message.contains("refused <redacted>"))
            #expect(error.resource.contains(path))
        }
    }

    @Test(arguments: [
        "", "{}", #"{"accessToken":"ya29.x"}"#, #"{"accessToken":"ya29.x","expireTime":"tomorrow"}"#,
        #"{"accessToken":"ya29.x\r\nX: y","expireTime":"2026-03-01T13:00:20Z"}"#,
    ])
    func `an answer without a token and its end is an error that does not repeat it`(body: String) async throws {
        let transport = ScriptedTransport([.answer(oauth, answer), .answer(generate, body)])
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let source = try CredentialFixture.source(path, transport)
            let error = await failure { () throws(APIError) in try await source.token() }
            #expect(error?.code == "malformed-answer")
            #expect(error?.description.contains("ya29") == false)
        }
    }

    @Test func `a server in trouble is asked again`() async throws {
        let transport = ScriptedTransport([
            .answer(oauth, answer), .answer(generate, #"{"error":{"code":503,"status":"UNAVAILABLE"}}"#, status: 503),
            .answer(generate, CredentialFixture.generated()),
        ])
        try await CredentialFixture.withFile(CredentialFixture.impersonated(CredentialFixture.user)) { path in
            let token = try await CredentialFixture.source(path, transport).token()
            #expect(token == Secret("ya29.target"))
        }
    }

    private static let nested = CredentialFixture.impersonated(CredentialFixture.impersonated(CredentialFixture.user))
    private static let deep = (0..<400).reduce(CredentialFixture.user) { content, _ in CredentialFixture.impersonated(content) }

    @Test(arguments: [
        (nested, "list the accounts between in delegates"), (deep, "list the accounts between in delegates"),
        (CredentialFixture.impersonated("{}"), "it has no source_credentials.type"),
        (CredentialFixture.impersonated(#"{"type":"authorized_user"}"#), "it has no source_credentials.client_id"),
        (CredentialFixture.impersonated(#"{"type":"gdch_service_account"}"#), "source_credentials.type is 'gdch_service_account'"),
        (CredentialFixture.impersonated("null"), "it has no source_credentials"),
        (#"{"type":"impersonated_service_account"}"#, "it has no source_credentials"),
        (
            CredentialFixture.impersonated(CredentialFixture.user, url: "http://iam.example/serviceAccounts/a@b:generateAccessToken"),
            "service_account_impersonation_url is not an https URL"
        ),
        (
            CredentialFixture.impersonated(CredentialFixture.user, url: "https://iam.example/serviceAccounts/a@b:signBlob"),
            "does not end in /serviceAccounts/EMAIL:generateAccessToken"
        ),
        (
            CredentialFixture.impersonated(CredentialFixture.user, url: "https://iam.example/serviceAccounts/:generateAccessToken"),
            "does not end in /serviceAccounts/EMAIL:generateAccessToken"
        ),
        (CredentialFixture.impersonated(CredentialFixture.user, delegates: #""delegates":[""],"#), "delegates"),
    ])
    func `a file that can't be used is an error before any request`(content: String, words: String) async throws {
        try await CredentialFixture.withFile(content) { path in
            let error = #expect(throws: APIError.self) { try CredentialFixture.source(path, ScriptedTransport([])) }
            // A file of 400 levels may be over the limit first.
            let bounded = content.utf8.count > 64 << 10 ? "larger than" : words
            #expect(error?.message.contains(bounded) == true, "\(String(describing: error))")
            #expect(error?.resource.contains(path) == true)
            #expect(error?.disposition == .permanent)
        }
    }
}

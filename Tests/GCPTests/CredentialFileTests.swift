import Cryptography
import Foundation
import GCP
import HTTP
import Model
import Testing

@Suite struct CredentialFileTests {
    private static let key = Result { try RSAPrivateKey.generate(bits: 2048) }
    private let tokenURL = "POST https://oauth2.googleapis.com/token"
    private let answer = #"{"access_token":"ya29.a","expires_in":3599,"token_type":"Bearer"}"#

    private func withFile<T>(_ content: String, _ body: (String) async throws -> T) async throws -> T {
        try await CredentialFixture.withFile(content, body)
    }

    private func source(_ path: String, _ transport: ScriptedTransport, _ clock: TestClock = TestClock()) throws(APIError)
        -> any GCPTokenSource
    {
        try CredentialFixture.source(path, transport, clock)
    }

    private func form(_ request: HTTPRequest) -> [String: String] { CredentialFixture.form(request) }

    private func serviceAccount(tokenURI: String? = nil) throws -> String {
        let pem = String(decoding: try Self.key.get().pkcs8PEM(), as: UTF8.self).replacing("\n", with: "\\n")
        let uri = tokenURI.map { #","token_uri":"\#($0)""# } ?? ""
        return
            #"{"type":"service_account","project_id":"acme","client_email":"d@acme.iam.gserviceaccount.com","private_key_id":"kid1","private_key":"\#(pem)"\#(uri)}"#
    }

    @Test func `a service account's key signs a request for a token`() async throws {
        let transport = ScriptedTransport([.answer(tokenURL, answer)])
        try await withFile(try serviceAccount()) { path in
            let token = try await source(path, transport).token()
            #expect(token == Secret("ya29.a"))
        }
        let request = try #require(transport.requests.first)
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        let form = form(request)
        #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        let parts = try #require(form["assertion"]).split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3)
        #expect(
            String(decoding: try #require(Base64.decodeURL(parts[0])), as: UTF8.self) == #"{"alg":"RS256","kid":"kid1","typ":"JWT"}"#)
        #expect(
            String(decoding: try #require(Base64.decodeURL(parts[1])), as: UTF8.self)
                == #"{"aud":"https://oauth2.googleapis.com/token","exp":1772370020,"iat":1772366420,"#
                + #""iss":"d@acme.iam.gserviceaccount.com","#
                + #""scope":"https://www.googleapis.com/auth/cloud-platform"}"#)
        let signature = try #require(Base64.decodeURL(parts[2]))
        let key = try Self.key.get().publicKey
        #expect(key.verifyRS256(signature: signature, message: Array("\(parts[0]).\(parts[1])".utf8)))
        #expect(!key.verifyRS256(signature: signature, message: Array("\(parts[0]).\(parts[1])x".utf8)))
    }

    @Test func `the key's own token endpoint is used, and the audience is Google's`() async throws {
        let transport = ScriptedTransport([
            .answer("POST http://127.0.0.1:9/token", "", status: 503), .answer("POST http://127.0.0.1:9/token", answer),
        ])
        try await withFile(try serviceAccount(tokenURI: "http://127.0.0.1:9/token")) { path in
            _ = try await source(path, transport).token()
        }
        let claims = try #require(form(transport.requests[0])["assertion"]).split(separator: ".")[1]
        #expect(
            String(decoding: try #require(Base64.decodeURL(claims)), as: UTF8.self).contains(
                #""aud":"https://oauth2.googleapis.com/token""#))
        #expect(transport.isFinished)
    }

    @Test func `a refused date is said to be the clock's`() async throws {
        let refusal =
            #"{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}"#
        let transport = ScriptedTransport([.answer(tokenURL, refusal, status: 400)])
        try await withFile(try serviceAccount()) { path in
            let source = try source(path, transport)
            let error = await failure { () throws(APIError) in try await source.token() }
            #expect(error?.isDenied == true)
            #expect(error?.code == "invalid_grant")
            #expect(error?.message.contains("check this machine's clock") == true)
        }
    }

    @Test func `an authorized user's refresh token is exchanged, and never shown`() async throws {
        let content = #"{"type":"authorized_user","client_id":"c.apps","client_secret":"s&cret","refresh_token":"1//r=t"}"#
        let transport = ScriptedTransport([
            .answer(tokenURL, #"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#, status: 400),
            .answer(tokenURL, answer),
        ])
        try await withFile(content) { path in
            let source = try source(path, transport)
            let error = await failure { () throws(APIError) in try await source.token() }
            #expect(error?.message.contains("gcloud auth application-default login") == true)
            #expect(error?.description.contains("1//r") == false)
            let token = try await source.token()
            #expect(token == Secret("ya29.a"))
        }
        #expect(
            form(transport.requests[1]) == [
                "grant_type": "refresh_token", "client_id": "c.apps", "client_secret": "s&cret", "refresh_token": "1//r=t",
            ])
    }

    @Test(arguments: [
        #"{"error":"invalid_grant","error_description":"bad: client_secret=s&cret refresh_token=1//r=t"}"#,
        #"{"error":"1//r=t","error_description":""}"#, #"{"error":{"message":"refused 1//r=t","status":"s&cret"}}"#,
        "<html>you sent s&cret and " + String(repeating: "x", count: 170) + "1//r=t</html>",
    ])
    func `what a server repeats of the secrets that it was sent stands in no error`(body: String) async throws {
        let content = #"{"type":"authorized_user","client_id":"c.apps","client_secret":"s&cret","refresh_token":"1//r=t"}"#
        try await withFile(content) { path in
            let source = try source(path, ScriptedTransport([.answer(tokenURL, body, status: 400)]))
            let error = try #require(await failure { () throws(APIError) in try await source.token() })
            #expect(error.description.contains("<redacted>"), "\(error)")
            for secret in ["s&cret", "1//r"] { #expect(!error.description.contains(secret), "\(error)") }
        }
    }

    @Test func `a key that was rotated is read anew for the next token`() async throws {
        let transport = ScriptedTransport([.answer(tokenURL, answer), .answer("POST https://second.example/token", answer)])
        try await withFile(try serviceAccount()) { path in
            let source = try source(path, transport)
            let first = try await source.token()
            try Data(try serviceAccount(tokenURI: "https://second.example/token").utf8).write(to: URL(fileURLWithPath: path))
            source.invalidate(first)
            _ = try await source.token()
        }
        #expect(transport.isFinished)
    }

    @Test(arguments: [
        ("", "not a JSON object"), ("[]", "not a JSON object"), ("{}", "it has no type"),
        (#"{"type":"gdch_service_account","name":"x"}"#, "its type is 'gdch_service_account'"),
        (#"{"type":"api_key","api_key":"c2VjcmV0"}"#, "its type is 'api_key'"),
        (#"{"type":["authorized_user"]}"#, "type: Expected to decode String"),
        (
            #"{"type":"service_account","client_email":"a","private_key":"x","universe_domain":"u.example"}"#,
            "universe_domain is 'u.example'"
        ),
        (#"{"type":"service_account","client_email":"a"}"#, "it has no private_key"),
        (
            #"{"type":"service_account","client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"}"#,
            "its private_key can't be used"
        ),
        (#"{"type":"authorized_user","client_id":"a","client_secret":"b"}"#, "it has no refresh_token"),
        (
            #"{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","token_uri":"file:///etc/passwd"}"#,
            "token_uri"
        ),
        (
            #"{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","quota_project_id":"a\r\nX: y"}"#,
            "quota_project_id"
        ),
    ])
    func `a file that can't be used is an error before any request`(content: String, words: String) async throws {
        try await withFile(content) { path in
            let error = #expect(throws: APIError.self) { try source(path, ScriptedTransport([])) }
            #expect(error?.description.contains(words) == true)
            #expect(error?.description.contains(path) == true)
            #expect(error?.description.contains("c2VjcmV0") == false)
            #expect(error?.disposition == .permanent)
        }
    }

    @Test(arguments: [("/no/such/file", "No such file"), ("/dev/zero", "not a regular file"), ("/", "not a regular file")])
    func `a path that is no file is an error`(path: String, words: String) {
        let error = #expect(throws: APIError.self) { try source(path, ScriptedTransport([])) }
        #expect(error?.code == "unreadable-file")
        #expect(error?.message.contains(words) == true)
    }

    @Test(arguments: [
        ("Invalid JWT Signature.", "the key kid1 is not, or no longer, one of d@acme.iam.gserviceaccount.com"),
        ("Invalid grant: account not found", "there is no service account d@acme.iam.gserviceaccount.com"),
        ("Something new.", "check that its key is still valid"),
    ])
    func `a key that is refused is named, and what to do`(words: String, advice: String) async throws {
        let refusal = #"{"error":"invalid_grant","error_description":"\#(words)"}"#
        try await withFile(try serviceAccount()) { path in
            let source = try source(path, ScriptedTransport([.answer(tokenURL, refusal, status: 400)]))
            let error = try #require(await failure { () throws(APIError) in try await source.token() })
            #expect(error.isDenied)
            #expect(error.message.contains(advice), "\(error)")
            #expect(error.message.contains(words), "\(error)")
            #expect(error.resource.contains(path))
        }
    }

    @Test(arguments: ["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----", "-----BEGIN EC PRIVATE KEY-----", "secret"])
    func `a private key of another kind is refused without its text`(head: String) async throws {
        let pem = #"\#(head)\nc2VjcmV0\n\#(head.replacing("BEGIN", with: "END"))\n"#
        let content = #"{"type":"service_account","client_email":"a","private_key":"\#(pem)"}"#
        try await withFile(content) { path in
            let error = #expect(throws: APIError.self) { try source(path, ScriptedTransport([])) }
            #expect(error?.message.contains("private_key can't be used: no PEM key could be read") == true)
            #expect(error?.description.contains("c2VjcmV0") == false)
        }
    }

    @Test func `the last valid token is used until it ends, though every refresh fails`() async throws {
        let clock = TestClock()
        let refused = #"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#
        let transport = ScriptedTransport(
            [.answer(tokenURL, answer)] + Array(repeating: .answer(tokenURL, refused, status: 400), count: 400) + [
                .answer(tokenURL, answer)
            ])
        let content = #"{"type":"authorized_user","client_id":"c.apps","client_secret":"s&cret","refresh_token":"1//r=t"}"#
        try await withFile(content) { path in
            let source = try source(path, transport, clock)
            for _ in 0..<358 {
                let token = try await source.token()
                #expect(token == Secret("ya29.a"))
                clock.advance(.seconds(10))
            }
            clock.advance(.seconds(10))
            let error = await failure { () throws(APIError) in try await source.token() }
            #expect(error?.code == "invalid_grant")
        }
    }

    @Test func `a file too large is an error`() async throws {
        try await withFile(String(repeating: " ", count: 100_000)) { path in
            let error = #expect(throws: APIError.self) { try source(path, ScriptedTransport([])) }
            #expect(error?.message.contains("larger than 65536 bytes") == true)
        }
    }
}

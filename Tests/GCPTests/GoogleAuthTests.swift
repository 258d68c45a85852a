import Cryptography
import Foundation
import GCP
import HTTP
import Model
import Peers
import Testing

/// The same files, read here and by google-auth: the same requests are sent, or both refuse. Without a Python that has google-auth there is
/// nothing to compare with: `make test` makes one.
///
/// What is known to differ is set right in `Sent`, and said there.
@Suite(.enabled(if: GoogleAuthPeer.isThere, "\(GoogleAuthPeer.isMissing)")) struct GoogleAuthTests {
    @Test func `every file is read as google-auth reads it`() async throws {
        try await CredentialFixture.withFile("eyJ.file.token") { token in
            let json = #"{"other":1,"id_token":"eyJ.json.token"}"#
            try await CredentialFixture.withFile(json) { jsonToken in
                let files = try Self.files(token: token, jsonToken: jsonToken)
                try await compare(files)
            }
        }
    }

    private func compare(_ files: [(name: String, content: String, isUsed: Bool)]) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("google-auth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let paths = try files.enumerated().map { index, file in
            let url = directory.appendingPathComponent("\(index).json")
            try Data(file.content.utf8).write(to: url)
            return url.path
        }
        let theirs = try GoogleAuthPeer.outcomes(paths)
        #expect(theirs.count == files.count)
        for (file, (path, their)) in zip(files, zip(paths, theirs)) {
            let ours = await outcome(path)
            #expect((their.refused == nil) == file.isUsed, "\(file.name): google-auth: \(their.refused ?? "is content")")
            #expect((ours.refused == nil) == file.isUsed, "\(file.name): \(ours.refused ?? "is content")")
            #expect(ours.token == their.token, "\(file.name)")
            #expect(ours.quota == their.quota, "\(file.name)")
            guard file.isUsed else { continue }
            #expect(try ours.requests?.map(Sent.init) == their.requests?.map(Sent.init), "\(file.name)")
        }
        #expect(files.filter(\.isUsed).count >= 12)
    }

    private func outcome(_ path: String) async -> GoogleAuthPeer.Outcome {
        let transport = CannedTransport()
        do throws(APIError) {
            let source = try CredentialFixture.source(path, transport)
            let token = try await source.token().exposed
            return GoogleAuthPeer.Outcome(requests: transport.requests, token: token, quota: source.quotaProject)
        } catch {
            return GoogleAuthPeer.Outcome(refused: error.description)
        }
    }

    private static func files(token: String, jsonToken: String) throws -> [(name: String, content: String, isUsed: Bool)] {
        let user = CredentialFixture.user
        // It wants a token_uri; where there is none, others take Google's, as is done here.
        let key = try CredentialFixture.serviceAccount(tokenURI: "https://oauth2.googleapis.com/token")
        let file = #"{"file":"\#(token)"}"#
        let impersonate = #","service_account_impersonation_url":"\#(CredentialFixture.impersonationURL)""#
        let person =
            #"{"type":"external_account_authorized_user","audience":"\#(CredentialFixture.workforce)","client_id":"c","client_secret":"s","refresh_token":"r","token_url":"https://sts.googleapis.com/v1/oauthtoken"}"#
        let delegates = #""delegates":["projects/-/serviceAccounts/between@acme.iam.gserviceaccount.com"],"#
        let server =
            #"{"url":"https://tokens.example/t?a=b","headers":{"X-Test":"yes"},"format":{"type":"json","subject_token_field_name":"access_token"}}"#
        func with(_ more: String, _ content: String) -> String { String(content.dropLast()) + more + "}" }
        return [
            ("a person", user, true), ("with a quota project", with(#","quota_project_id":"acme-billing""#, user), true),
            ("a person of the default universe", with(#","universe_domain":"googleapis.com""#, user), true),
            ("a key", key, true),
            ("a key with an endpoint", try CredentialFixture.serviceAccount(tokenURI: "https://oauth.example/token"), true),
            ("an impersonated account", CredentialFixture.impersonated(user), true),
            (
                "impersonated with delegates", CredentialFixture.impersonated(key, delegates: delegates),
                true
            ),
            ("impersonated by a person of a workforce", CredentialFixture.impersonated(person), true),
            ("impersonated, counted to a project", with(#","quota_project_id":"q""#, CredentialFixture.impersonated(user)), true),
            ("a file's token", CredentialFixture.external(file), true),
            (
                "a JSON file's token",
                CredentialFixture.external(
                    #"{"file":"\#(jsonToken)","format":{"type":"json","subject_token_field_name":"id_token"}}"#), true
            ), ("a server's token", CredentialFixture.external(server), true),
            ("external, impersonating", CredentialFixture.external(file, adding: impersonate), true),
            (
                "external, impersonating for a while",
                CredentialFixture.external(
                    file, adding: impersonate + #","service_account_impersonation":{"token_lifetime_seconds":2800}"#), true
            ),
            (
                "a workforce counted to a project",
                CredentialFixture.external(
                    file, audience: CredentialFixture.workforce, adding: #","workforce_pool_user_project":"acme""#), true
            ),
            (
                "a workforce with a client",
                CredentialFixture.external(
                    file, audience: CredentialFixture.workforce,
                    adding: #","workforce_pool_user_project":"acme","client_id":"c","client_secret":"s""#), true
            ), ("a person of a workforce", person, true),

            ("no JSON", "{", false), ("nothing in it", "{}", false), ("a type that is none", #"{"type":"nonsense"}"#, false),
            ("no refresh token", #"{"type":"authorized_user","client_id":"a","client_secret":"b"}"#, false),
            ("no key", #"{"type":"service_account","client_email":"a","token_uri":"https://x/"}"#, false),
            (
                "a broken key",
                #"{"type":"service_account","client_email":"a","token_uri":"https://x/","private_key":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}"#,
                false
            ), ("nested", CredentialFixture.impersonated(CredentialFixture.impersonated(user)), false),
            ("no source", #"{"type":"impersonated_service_account"}"#, false),
            ("another method", CredentialFixture.impersonated(user, url: "https://iam.example/serviceAccounts/a@b:signBlob"), false),
            ("no source of tokens", CredentialFixture.external("null"), false),
            ("two sources", CredentialFixture.external(#"{"file":"/a","url":"https://x/"}"#), false),
            ("no field", CredentialFixture.external(#"{"file":"/a","format":{"type":"json"}}"#), false),
            ("a strange format", CredentialFixture.external(#"{"file":"/a","format":{"type":"xml"}}"#), false),
            ("no workforce", CredentialFixture.external(file, adding: #","workforce_pool_user_project":"acme""#), false),
            ("no file", CredentialFixture.external(#"{"file":"/no/such/file"}"#), false),
            (
                "another field",
                CredentialFixture.external(#"{"file":"\#(jsonToken)","format":{"type":"json","subject_token_field_name":"x"}}"#), false
            ), ("an executable that is not allowed", CredentialFixture.external(#"{"executable":{"command":"/bin/true"}}"#), false),
            ("a person without a refresh token", person.replacing(#""refresh_token":"r","#, with: ""), false),
        ]
    }
}

/// A request as far as it must be the same.
private struct Sent: Equatable {
    var line: String
    var headers: [String: String]
    var content: [String: String]

    init(_ request: GoogleAuthPeer.Request) throws {
        line = "\(request.method) \(request.url)"
        headers = request.headers
        if headers["content-type"] == "application/json" {
            let object = try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any] ?? [:]
            // It writes null where there are none.
            content = object.filter { !($0.value is NSNull) }.mapValues { "\($0)" }
        } else {
            content = CredentialFixture.form(HTTPRequest("POST", "", body: Array(request.body.utf8), limits: Self.limits))
                .mapValues { $0.replacing("+", with: " ") }
        }
        // A source that impersonates asks for less there: for the scope of the one call that it is used for.
        if content["scope"] == "https://www.googleapis.com/auth/iam" { content["scope"] = "https://www.googleapis.com/auth/cloud-platform" }
        // It encodes twice; the other libraries, and the API's documentation, once.
        content["options"] = content["options"].map { ($0.removingPercentEncoding ?? $0).replacing(" ", with: "") }
        if let assertion = content.removeValue(forKey: "assertion") {
            let parts = assertion.split(separator: ".")
            for part in parts.prefix(2) {
                let json = try #require(Base64.decodeURL(part.prefix { $0 != "=" }))
                let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] ?? [:]
                // The times are those of two clocks; that it is for an hour is the same.
                for (key, value) in object where !["iat", "exp"].contains(key) { content["jwt " + key] = "\(value)" }
                if let start = object["iat"] as? Int, let end = object["exp"] as? Int { content["jwt seconds"] = "\(end - start)" }
            }
            if content["jwt scope"] == "https://www.googleapis.com/auth/iam" {
                content["jwt scope"] = "https://www.googleapis.com/auth/cloud-platform"
            }
        }
    }

    private static let limits = HTTPLimits(connect: .zero, total: nil, idle: .zero, responseBytes: 0)
}

/// Answers as the script of the peer does.
private final class CannedTransport: HTTPTransport, @unchecked Sendable {
    private let lock = NSLock()
    private var sent: [GoogleAuthPeer.Request] = []

    var requests: [GoogleAuthPeer.Request] { lock.withLock { sent } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var headers: [String: String] = [:]
        for field in request.headers.fields { headers[field.name.lowercased()] = field.value }
        headers = headers.filter { ["authorization", "content-type", "metadata", "x-test"].contains($0.key) }
        let body = String(decoding: request.body ?? [], as: UTF8.self)
        lock.withLock {
            sent.append(GoogleAuthPeer.Request(method: request.method, url: request.url, headers: headers, body: body))
        }
        let answer =
            if request.url.hasSuffix(":generateAccessToken") {
                #"{"accessToken":"ya29.generated","expireTime":"2099-01-01T00:00:00Z"}"#
            } else if request.method == "GET" {
                #"{"access_token":"subject.of.server"}"#
            } else {
                #"{"access_token":"ya29.granted","expires_in":3599,"token_type":"Bearer"}"#
            }
        return HTTPResponse(status: 200, headers: [:], body: Array(answer.utf8))
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.internal, request: request.url, message: "no streams here", mayHaveBeenReceived: false)
    }
}

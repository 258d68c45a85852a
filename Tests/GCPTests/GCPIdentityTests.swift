import Foundation
import HTTP
import Model
import Testing

@testable import GCP

@Suite struct GCPIdentityTests {
    /// Runs the body with a home directory; with gcloud's file in it if there is a content for it.
    private func withHome<T>(_ content: String?, _ body: (String) async throws -> T) async throws -> T {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("home-\(UUID().uuidString)")
        let directory = home.appendingPathComponent(".config/gcloud")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        if let content { try Data(content.utf8).write(to: directory.appendingPathComponent("application_default_credentials.json")) }
        return try await body(home.path)
    }

    private let metadata = "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
    private let oauth = "POST https://oauth2.googleapis.com/token"
    private let answer = #"{"access_token":"ya29.a","expires_in":3599,"token_type":"Bearer"}"#

    @Test func `gcloud's own file is found, and its sign-in is used`() async throws {
        try await withHome(CredentialFixture.user) { home in
            let transport = ScriptedTransport([.answer(oauth, answer)])
            let source = try GCPIdentity.tokenSource(
                environment: ["HOME": home], transport: transport, direct: ScriptedTransport([]), runtime: TestClock().runtime)
            _ = try await source.token()
            let other = try GCPIdentity.tokenSource(
                environment: ["HOME": "/nowhere", "CLOUDSDK_CONFIG": home + "/.config/gcloud"],
                transport: ScriptedTransport([.answer(oauth, answer)]), direct: ScriptedTransport([]), runtime: TestClock().runtime)
            _ = try await other.token()
        }
    }

    @Test func `without it the metadata server is asked, as in a pod`() async throws {
        try await withHome(nil) { home in
            for environment in [["HOME": home], [:], ["HOME": home, "CLOUDSDK_CONFIG": ""], ["HOME": ""], ["CLOUDSDK_CONFIG": home]] {
                let direct = ScriptedTransport([.answer(metadata, answer, headers: ["Metadata-Flavor": "Google"])])
                let source = try GCPIdentity.tokenSource(
                    environment: environment, transport: ScriptedTransport([]), direct: direct, runtime: TestClock().runtime)
                let token = try await source.token()
                #expect(token == Secret("ya29.a"))
            }
        }
    }

    @Test func `a named file comes before gcloud's, and is used or is an error`() async throws {
        try await withHome(CredentialFixture.user) { home in
            #expect(
                GCPIdentity.member(environment: ["HOME": home, "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"]) == .namedFile("/nowhere"))
            let error = #expect(throws: APIError.self) {
                try CredentialFixture.source("/nowhere", ScriptedTransport([]), adding: ["HOME": home])
            }
            #expect(error?.code == "unreadable-file")
        }
    }

    @Test func `gcloud's file that can't be used is an error, and not passed over`() async throws {
        try await withHome("{") { home in
            let error = #expect(throws: APIError.self) {
                try GCPIdentity.tokenSource(
                    environment: ["HOME": home], transport: ScriptedTransport([]), direct: ScriptedTransport([]),
                    runtime: TestClock().runtime)
            }
            #expect(error?.resource.hasPrefix("gcloud's application default credentials \(home)") == true)
        }
    }

    @Test(arguments: [
        (CredentialFixture.user, "authorized_user", nil as String?),
        (CredentialFixture.impersonated(CredentialFixture.user), "impersonated_service_account", CredentialFixture.target),
        (
            CredentialFixture.external(
                #"{"file":"/a"}"#, adding: #","service_account_impersonation_url":"\#(CredentialFixture.impersonationURL)""#),
            "external_account", CredentialFixture.target
        ), (CredentialFixture.external(#"{"file":"/a"}"#), "external_account", nil),
    ])
    func `a file says who it is, so far as it can`(content: String, type: String, account: String?) async throws {
        try await CredentialFixture.withFile(content) { path in
            let summary = try GCPIdentity.summary(
                environment: ["GOOGLE_APPLICATION_CREDENTIALS": path], transport: ScriptedTransport([]), direct: ScriptedTransport([]),
                runtime: TestClock().runtime)
            let isPerson = type == "authorized_user"
            #expect(summary.tokenURL?.text == (isPerson ? "https://oauth2.googleapis.com/token" : nil))
            #expect(
                summary
                    == GCPIdentity.Summary(
                        member: .namedFile(path), type: type, account: account, quotaProject: nil, tokenURL: summary.tokenURL))
            #expect(summary.member.description == "GOOGLE_APPLICATION_CREDENTIALS \(path)")
        }
    }

    @Test(arguments: [
        (#","quota_project_id":"acme-billing""#, [:], "acme-billing" as String?), ("", [:], nil),
        (#","quota_project_id":"acme-billing""#, ["GOOGLE_CLOUD_QUOTA_PROJECT": "other"], "other"),
        ("", ["GOOGLE_CLOUD_QUOTA_PROJECT": "example.com:other"], "example.com:other"),
    ])
    func `calls are counted to the project that the file or the environment names`(
        more: String, environment: [String: String], project: String?
    ) async throws {
        let get = "GET \(base)projects/acme/regions/europe-west1/addresses/a"
        let transport = ScriptedTransport([.answer(oauth, answer), .answer(get, addressJSON("a", "192.0.2.1"))])
        try await CredentialFixture.withFile(String(CredentialFixture.user.dropLast()) + more + "}") { path in
            let tokens = try CredentialFixture.source(path, transport, adding: environment)
            let address = AddressReference(project: "acme", region: "europe-west1", name: "a")
            _ = try await client(transport, TestClock(), tokens: tokens).getAddress(address)
        }
        #expect(transport.requests[1].headers["x-goog-user-project"] == project)
        #expect(transport.requests[0].headers["x-goog-user-project"] == nil)
    }

    @Test func `a quota project that would end the header's line is refused`() {
        let error = #expect(throws: APIError.self) {
            try GCPIdentity.tokenSource(
                environment: ["GOOGLE_CLOUD_QUOTA_PROJECT": "a\r\nX: y"], transport: ScriptedTransport([]), direct: ScriptedTransport([]),
                runtime: TestClock().runtime)
        }
        #expect(error?.resource == "GOOGLE_CLOUD_QUOTA_PROJECT")
    }
}

import Cryptography
import Foundation
import GCP
import HTTP
import Model

/// Credential files for tests, and what is sent on their account.
enum CredentialFixture {
    static let key = Result { try RSAPrivateKey.generate(bits: 2048) }
    static let email = "d@acme.iam.gserviceaccount.com"
    static let target = "target@acme.iam.gserviceaccount.com"
    static let user = #"{"type":"authorized_user","client_id":"c.apps","client_secret":"s&cret","refresh_token":"1//r=t"}"#
    static let impersonationURL = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/\(target):generateAccessToken"
    static let stsURL = "https://sts.googleapis.com/v1/token"
    static let pool = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/gitlab"
    static let workforce = "//iam.googleapis.com/locations/global/workforcePools/people/providers/okta"

    /// Runs the body with a file of that content, and takes the file away.
    static func withFile<T>(_ content: String, _ body: (String) async throws -> T) async throws -> T {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("credentials-\(UUID().uuidString).json")
        try Data(content.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(url.path)
    }

    /// - Parameter direct: what is asked without a proxy; the same where it is not given.
    static func source(
        _ path: String, _ transport: any HTTPTransport, _ clock: TestClock = TestClock(), direct: (any HTTPTransport)? = nil,
        adding more: [String: String] = [:]
    ) throws(APIError) -> any GCPTokenSource {
        try GCPIdentity.tokenSource(
            environment: ["GOOGLE_APPLICATION_CREDENTIALS": path, "GCE_METADATA_HOST": "unused"].merging(more) { $1 },
            transport: transport, direct: direct ?? transport, runtime: clock.runtime)
    }

    static func serviceAccount(tokenURI: String? = nil) throws -> String {
        let pem = String(decoding: try key.get().pkcs8PEM(), as: UTF8.self).replacing("\n", with: "\\n")
        let uri = tokenURI.map { #","token_uri":"\#($0)""# } ?? ""
        return
            #"{"type":"service_account","project_id":"acme","client_email":"\#(email)","private_key_id":"kid1","private_key":"\#(pem)"\#(uri)}"#
    }

    static func impersonated(_ source: String, delegates: String = "", url: String = impersonationURL) -> String {
        #"{"type":"impersonated_service_account","service_account_impersonation_url":"\#(url)",\#(delegates)"source_credentials":\#(source)}"#
    }

    static func external(
        _ source: String, audience: String = pool, tokenURL: String = stsURL, adding more: String = ""
    ) -> String {
        #"{"type":"external_account","audience":"\#(audience)","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","#
            + #""token_url":"\#(tokenURL)","credential_source":\#(source)\#(more)}"#
    }

    /// What `generateAccessToken` answers, with an end `seconds` from the clock's beginning.
    static func generated(_ token: String = "ya29.target", end: String = "2026-03-01T13:00:20Z") -> String {
        #"{"accessToken":"\#(token)","expireTime":"\#(end)"}"#
    }

    static func form(_ request: HTTPRequest) -> [String: String] {
        var form: [String: String] = [:]
        for pair in String(decoding: request.body ?? [], as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            form[String(parts[0])] = String(parts.count > 1 ? parts[1] : "").removingPercentEncoding
        }
        return form
    }
}

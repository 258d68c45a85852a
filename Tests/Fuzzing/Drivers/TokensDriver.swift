import Cryptography
import Foundation
import HTTP
import Model

@testable import AWS
@testable import GCP

/// Credential files of Google Cloud, and the answers of token endpoints and metadata servers of both clouds.
///
/// The first part is a file, the others are answers; `@PEM@` stands for a private key.
enum TokensDriver {
    private static let pem = (try? RSAPrivateKey.generate(bits: 2048).pkcs8PEM()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    private static let keyLine = String(pem.split(separator: "\n").dropFirst(3).first ?? "-")

    static func run(_ input: [UInt8]) async throws {
        var parts = FuzzInput.parts(input, atMost: 16)
        let first = parts.removeFirst()
        _ = try? RSAPrivateKey(pem: first)
        let answers = Array(parts.joined(separator: Array("\n%%%\n".utf8)))
        let folder = try FuzzFolder()
        let text = String(decoding: first, as: UTF8.self)
        let content = text.replacing("@PEM@", with: pem.replacing("\n", with: "\\n"))
        let path = try folder.write("key.json", text.contains("@PEM@") ? Array(content.utf8) : first)
        let mayShowMark = !isSecret(text) || String(decoding: answers, as: UTF8.self).contains(secretMark)
        try await google(["GOOGLE_APPLICATION_CREDENTIALS": path], answers, mayShowMark)
        try await google(["GCE_METADATA_HOST": "127.0.0.1:80"], answers, true)
        let relative = AWSEnvironment(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials"])
        try await amazon(answers) { ContainerCredentials(environment: relative, transport: $0, runtime: $1) }
        let nothing = try AWSSettings(AWSEnvironment([:]))
        try await amazon(answers) { InstanceMetadataCredentials(settings: nothing, transport: $0, runtime: $1) }
    }

    private static func google(_ environment: [String: String], _ answers: [UInt8], _ mayShowMark: Bool) async throws {
        let transport = FuzzTransport(answers)
        do throws(APIError) {
            let source = try GCPIdentity.tokenSource(
                environment: environment, transport: transport, direct: transport, runtime: FuzzClock().runtime)
            let token = try await source.token().exposed
            guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw APIError(
                    api: .credentials, operation: "fuzz", resource: "token", code: "", message: "it ends a header's line",
                    disposition: .permanent)
            }
        } catch {
            try error.check(secrets: mayShowMark ? [keyLine] : [keyLine, secretMark])
        }
        try transport.check()
    }

    private static func amazon(
        _ answers: [UInt8], _ source: (any HTTPTransport, Runtime) -> any CredentialsSource
    ) async throws {
        let transport = FuzzTransport(answers)
        do throws(APIError) {
            _ = try await source(transport, FuzzClock().runtime).load()
        } catch {
            try error.check()
        }
        try transport.check()
    }

    /// Whether the mark stands only in the fields of secrets.
    private static func isSecret(_ text: String) -> Bool {
        let all = text.split(separator: secretMark, omittingEmptySubsequences: false).count - 1
        let fields = ["private_key", "client_secret", "refresh_token"].map { "\n\"\($0)\":\"\(secretMark)\"" }
        let known = fields.map { text.split(separator: $0, omittingEmptySubsequences: false).count - 1 }.reduce(0, +)
        return all > 0 && all == known
    }
}

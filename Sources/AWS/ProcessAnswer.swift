import Cryptography
import FoundationEssentials
import Model

/// What a `credential_process` prints.
///
/// Source: AWS SDKs and Tools Reference Guide, "Process credential provider": JSON with `Version` 1.
struct ProcessAnswer: Sendable {
    private struct Wire: Decodable {
        var version: Int?
        var accessKeyID: String?
        var secretAccessKey: String?
        var sessionToken: String?
        var expiration: String?

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case sessionToken = "SessionToken"
            case expiration = "Expiration"
        }
    }

    /// Why it can't be used; holds nothing of it.
    struct Invalid: Error, Hashable { var problem: String }

    var accessKeyID: String
    var secretAccessKey: Secret
    var sessionToken: Secret?
    /// `nil`: they have no end.
    var expiration: Timestamp?

    init(_ output: [UInt8]) throws(Invalid) {
        var data = Data(output)
        defer { data.withUnsafeMutableBytes { SecretBytes.cleanse($0) } }
        guard let wire = try? JSONDecoder().decode(Wire.self, from: data) else {
            throw Invalid(problem: "is not the JSON object that AWS asks for")
        }
        guard wire.version == 1 else { throw Invalid(problem: "has a Version other than 1") }
        guard let key = wire.accessKeyID, let secret = wire.secretAccessKey, !key.isEmpty, !secret.isEmpty else {
            throw Invalid(problem: "lacks AccessKeyId or SecretAccessKey")
        }
        let all = [key, secret, wire.sessionToken ?? ""]
        guard all.allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }) else {
            throw Invalid(problem: "has white space within a key or the token")
        }
        accessKeyID = key
        secretAccessKey = Secret(secret)
        sessionToken = wire.sessionToken.flatMap { $0.isEmpty ? nil : Secret($0) }
        guard let text = wire.expiration else { return }
        guard let end = Timestamp(rfc3339: text) else { throw Invalid(problem: "has an Expiration that is not ISO 8601 with a zone") }
        expiration = end
    }
}

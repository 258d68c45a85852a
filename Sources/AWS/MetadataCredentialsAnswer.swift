import Cryptography
import FoundationEssentials
import HTTP
import Model

/// The JSON that container and instance metadata give for credentials.
///
/// Source: IAM documentation, "Retrieve security credentials from instance metadata"; ECS Developer Guide, "Task IAM role".
struct MetadataCredentialsAnswer: Decodable {
    var code: String?
    var accessKeyID: String
    var secretAccessKey: String
    var token: String
    var expiration: String

    enum CodingKeys: String, CodingKey {
        case code = "Code"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    /// The body's bytes are wiped once they are read. The `String`s that the decoder makes of them are not ours to wipe; nor are the buffers in
    /// which libcurl receives.
    ///
    /// - Returns: `nil` when the body is not such JSON, or says that there are no credentials.
    static func credentials(in response: inout HTTPResponse, receivedAt local: Timestamp, source: String) -> AWSCredentials? {
        var data = Data(response.body)
        defer {
            data.withUnsafeMutableBytes { SecretBytes.cleanse($0) }
            SecretBytes.wipe(&response.body)
        }
        guard let answer = try? JSONDecoder().decode(Self.self, from: data), answer.code ?? "Success" == "Success",
            !answer.accessKeyID.isEmpty, !answer.secretAccessKey.isEmpty, let expiration = Timestamp(rfc3339: answer.expiration)
        else { return nil }
        let server = response.headers["Date"].flatMap(HTTPDate.parse)
        return AWSCredentials(
            accessKeyID: answer.accessKeyID, secretAccessKey: Secret(answer.secretAccessKey), sessionToken: Secret(answer.token),
            expiration: QueryAnswer.local(expiration, server: server, local: local), source: source)
    }
}

import Cryptography
import SigV4

/// A line of `Peers/botocore_vectors.py`.
struct BotocoreVector: Decodable {
    var kind: String
    var dialect: String
    var method: String
    var scheme: String
    var host: String
    var path: String
    var query: String
    var parameters: [[String]]?
    var headers: [[String]]
    /// Base 64.
    var body: String
    var service: String
    var region: String
    var accessKeyID: String
    var secret: String
    var token: String?
    var expires: Int
    var stamp: String
    var epochSeconds: Int64
    var canonicalRequest: String
    var stringToSign: String
    var signature: String
    var authorization: String?
    var signedQuery: String?
    var signedHeaders: [[String]]

    var isPresigned: Bool { kind == "query" }
    var sigV4Dialect: SigV4Dialect { dialect == "s3" ? .s3 : .standard }

    var credentials: SigV4Credentials {
        SigV4Credentials(accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token)
    }

    var bodyBytes: [UInt8] { Base64.decode(body) ?? [] }

    /// The request before it is signed.
    var request: SigV4Request {
        let encoded = parameters.map { PercentEncoding.query($0.map { (name: $0[0], value: $0[1]) }) }
        return SigV4Request(
            method: method, scheme: scheme, host: host, path: path, query: encoded ?? query,
            headers: headers.map { .init($0[0], $0[1]) }, body: bodyBytes)
    }

    /// The request as botocore would send it.
    var signedRequest: SigV4Request {
        var signed = request
        signed.query = signedQuery ?? signed.query
        signed.headers = signedHeaders.map { .init($0[0], $0[1]) }
        return signed
    }
}

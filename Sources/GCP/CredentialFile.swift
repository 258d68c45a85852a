import Cryptography
import FoundationEssentials
import HTTP
import Model

/// The file that `GOOGLE_APPLICATION_CREDENTIALS` names: a service-account key or an authorized user. It is read anew for each
/// token, so a rotated key is picked up.
///
/// Source: Google Cloud documentation, "How Application Default Credentials works"; google-auth-library-python, `_default.py`
/// (types and fields).
struct CredentialFile: TokenGrant {
    let path: String
    /// The way to the token endpoint: proxies included.
    let transport: any HTTPTransport
    let runtime: Runtime

    private struct Content: Decodable {
        var type: String?
        var clientEmail: String?
        var privateKey: String?
        var privateKeyId: String?
        var tokenUri: String?
        var clientId: String?
        var clientSecret: String?
        var refreshToken: String?
    }

    private static let tokenURI = "https://oauth2.googleapis.com/token"
    private static let policy = Retry.Policy(attempts: 5, base: .milliseconds(250), cap: .seconds(4), total: .seconds(30))

    func fetch() async throws(APIError) -> AccessToken { try await load().fetch() }

    /// Reads and checks the file without asking for a token.
    func load() throws(APIError) -> any TokenGrant {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: 64 << 10)
        } catch {
            throw self.error("unreadable-file", "it can't be read: \(error.reason)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let content = try? decoder.decode(Content.self, from: Data(bytes)) else {
            throw error("malformed-file", "it is not a JSON object as Google Cloud writes it")
        }
        let uri = content.tokenUri ?? Self.tokenURI
        guard uri.hasPrefix("https://") || uri.hasPrefix("http://"), uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x40 }),
            uri.utf8.count <= 500
        else { throw error("malformed-file", "its token_uri is not a URL") }
        let exchange = TokenExchange(
            operation: "oauth2 token", resource: "\(uri.prefix { $0 != "?" }) with \(path)", transport: transport, runtime: runtime,
            policy: Self.policy)
        switch content.type {
        case "service_account"?:
            let pem = try field(content.privateKey, "private_key")
            let key: RSAPrivateKey
            do {
                key = try RSAPrivateKey(pem: Array(pem.utf8))
            } catch {
                throw self.error("malformed-file", "its private_key can't be used: \(error)")
            }
            return ServiceAccountKey(
                email: try field(content.clientEmail, "client_email"), keyID: content.privateKeyId, key: key, tokenURI: uri,
                exchange: exchange)
        case "authorized_user"?:
            return AuthorizedUser(
                clientID: try field(content.clientId, "client_id"),
                clientSecret: Secret(try field(content.clientSecret, "client_secret")),
                refreshToken: Secret(try field(content.refreshToken, "refresh_token")), tokenURI: uri, exchange: exchange)
        case let type?:
            throw error(
                "unsupported-type",
                "its type is '\(type.prefix(60))'; service_account and authorized_user are supported. On GKE leave "
                    + "\(GCPIdentity.variable) unset and use Workload Identity")
        case nil: throw error("malformed-file", "it has no type")
        }
    }

    private func field(_ value: String?, _ name: String) throws(APIError) -> String {
        guard let value, !value.isEmpty else { throw error("malformed-file", "it has no \(name)") }
        return value
    }

    private func error(_ code: String, _ message: String) -> APIError {
        APIError(
            api: .credentials, operation: "read", resource: "\(GCPIdentity.variable) \(path)", code: code, message: message,
            disposition: .permanent)
    }
}

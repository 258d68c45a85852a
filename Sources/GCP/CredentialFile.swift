import Cryptography
import FoundationEssentials
import HTTP
import Model

/// A credential file: a service-account key, an authorized user, an impersonated service account, or an external account. It is read anew
/// for each token, so a rotated key is picked up.
///
/// Its bytes are wiped once they are read. What the JSON decoder makes of them are `String`s, and these are not ours to wipe; the key itself
/// then lives in OpenSSL alone, which erases it.
///
/// Source: Google Cloud documentation, "How Application Default Credentials works"; google-auth-library-python, `_default.py`
/// (types and fields).
struct CredentialFile: TokenGrant {
    static let byteLimit = 64 << 10

    let path: String
    /// Who names it, for people: a variable, or gcloud.
    let namedBy: String
    /// The way to the token endpoints: proxies included.
    let transport: any HTTPTransport
    /// The way to what is on this machine or link: without a proxy.
    let direct: any HTTPTransport
    let runtime: Runtime

    /// What a file that can be used says.
    struct Loaded: Sendable {
        var grant: any TokenGrant
        var type: String
        /// The account, so far as the file tells: that of a person stands nowhere in it.
        var account: String?
        var quotaProject: String?
        /// Where a person's tokens come from; `nil` for the other types.
        var tokenURL: CredentialURL?
    }

    var description: String { "\(namedBy) \(path)" }

    func fetch() async throws(APIError) -> AccessToken { try await load().grant.fetch() }

    /// Reads and checks the file without asking for a token.
    func load() throws(APIError) -> Loaded {
        let content = try content()
        guard let type = content.type else { throw error("malformed-file", "it has no type") }
        let grant = try CredentialReader(file: self, field: "").grant(content)
        var loaded = Loaded(grant: grant, type: type)
        switch grant {
        case let key as ServiceAccountKey: loaded.account = key.email
        case let impersonation as Impersonation: loaded.account = impersonation.email
        case let user as AuthorizedUser: loaded.tokenURL = user.tokenURL
        default: break
        }
        if let project = content.quotaProjectId, type != "service_account", !project.isEmpty {
            guard GCPIdentity.isProject(project) else { throw error("malformed-file", "its quota_project_id is not a project") }
            loaded.quotaProject = project
        }
        return loaded
    }

    private func content() throws(APIError) -> CredentialContent {
        var bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: Self.byteLimit)
        } catch {
            throw self.error("unreadable-file", "it can't be read: \(error.reason)")
        }
        var data = Data(bytes)
        defer {
            data.resetBytes(in: data.startIndex..<data.endIndex)
            SecretBytes.wipe(&bytes)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(CredentialContent.self, from: data)
        } catch {
            let reason = (error as? DecodingError)?.brief ?? "not as documented"
            throw self.error("malformed-file", "it is not a JSON object as Google Cloud writes it (\(reason))")
        }
    }

    func error(_ code: String, _ message: String) -> APIError {
        APIError(
            api: .credentials, operation: "read", resource: description, code: code, message: message, disposition: .permanent)
    }
}

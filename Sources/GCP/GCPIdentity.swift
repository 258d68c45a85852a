package import HTTP
package import Model

/// Which identity the environment gives, in the order of Application Default Credentials: the file of `GOOGLE_APPLICATION_CREDENTIALS`, the
/// file of `gcloud auth application-default login`, the metadata server.
///
/// Source: Google Cloud documentation, "How Application Default Credentials works".
package enum GCPIdentity {
    package static let variable = "GOOGLE_APPLICATION_CREDENTIALS"
    /// gcloud's own directory; else it is `~/.config/gcloud`.
    static let directoryVariable = "CLOUDSDK_CONFIG"
    /// The project that calls are counted to, instead of the one that a file names.
    static let quotaVariable = "GOOGLE_CLOUD_QUOTA_PROJECT"

    /// The member of the order that is used.
    package enum Member: Hashable, Sendable {
        case namedFile(String)
        case gcloudFile(String)
        case metadataServer(host: String)
    }

    /// Who that is, so far as can be told without a request.
    package struct Summary: Hashable, Sendable {
        package var member: Member
        /// Of a file: `service_account`, `authorized_user` and so on.
        package var type: String?
        /// The service account; `nil` where only Google can tell.
        package var account: String?
        package var quotaProject: String?
        /// Where a person's tokens come from: whom to ask about them.
        var tokenURL: CredentialURL?
    }

    /// The first file that there is, or the metadata server. A file that `GOOGLE_APPLICATION_CREDENTIALS` names is used or is an error.
    package static func member(environment: [String: String]) -> Member {
        if let path = environment[variable], !path.isEmpty { return .namedFile(path) }
        let named = environment[directoryVariable].flatMap { $0.isEmpty ? nil : $0 }
        if let directory = named ?? environment["HOME"].map({ $0 + "/.config/gcloud" }) {
            let path = directory + "/application_default_credentials.json"
            if BoundedFile.isRegular(path) { return .gcloudFile(path) }
        }
        let host = environment[MetadataServer.variable].flatMap { $0.isEmpty ? nil : $0 } ?? MetadataServer.standardHost
        return .metadataServer(host: host)
    }

    /// Which member it is, and the quota project, are told now and for good; the file itself is read anew for each token.
    ///
    /// - Parameters:
    ///   - transport: to the token endpoints; may go through a proxy.
    ///   - direct: to metadata servers; must not go through a proxy.
    /// - Throws: `.permanent` for a file that can't be read or used, or a malformed `GCE_METADATA_HOST`. No request is made.
    package static func tokenSource(
        environment: [String: String], transport: any HTTPTransport, direct: any HTTPTransport, runtime: Runtime,
        meter: CallMeter = .none
    ) throws(APIError) -> any GCPTokenSource {
        let (grant, summary) = try grant(environment, transport, direct, runtime)
        return CachedTokenSource(grant: grant, quotaProject: summary.quotaProject, runtime: runtime, meter: meter)
    }

    /// What `tokenSource` would use. No request is made.
    ///
    /// - Throws: as `tokenSource` does.
    package static func summary(
        environment: [String: String], transport: any HTTPTransport, direct: any HTTPTransport, runtime: Runtime
    ) throws(APIError) -> Summary {
        try grant(environment, transport, direct, runtime).summary
    }

    /// Google-signed ID tokens of the service account that this VM or pod runs as. They come from the metadata server alone, whatever
    /// file the environment names: what a policy asks for with `identity: google` is the identity of the place where it runs.
    ///
    /// - Parameter direct: to the metadata server; must not go through a proxy.
    /// - Throws: `.permanent` for a malformed `GCE_METADATA_HOST`. No request is made.
    package static func identityToken(
        audience: String, environment: [String: String], direct: any HTTPTransport, runtime: Runtime
    ) async throws(APIError) -> Secret {
        let host = environment[MetadataServer.variable].flatMap { $0.isEmpty ? nil : $0 } ?? MetadataServer.standardHost
        return try await MetadataServer(host: host, transport: direct, runtime: runtime).identityToken(audience: audience)
    }

    private static func grant(
        _ environment: [String: String], _ transport: any HTTPTransport, _ direct: any HTTPTransport, _ runtime: Runtime
    ) throws(APIError) -> (grant: any TokenGrant, summary: Summary) {
        let member = member(environment: environment)
        var summary = Summary(member: member)
        let grant: any TokenGrant
        switch member {
        case .namedFile(let path), .gcloudFile(let path):
            let file = CredentialFile(
                path: path, namedBy: member.namedBy, transport: transport, direct: direct, runtime: runtime)
            let loaded = try file.load()
            summary.type = loaded.type
            summary.account = loaded.account
            summary.quotaProject = loaded.quotaProject
            summary.tokenURL = loaded.tokenURL
            grant = file
        case .metadataServer(let host): grant = try MetadataServer(host: host, transport: direct, runtime: runtime)
        }
        if let project = environment[quotaVariable], !project.isEmpty {
            guard isProject(project) else {
                throw APIError(
                    api: .credentials, operation: "configure", resource: quotaVariable, code: "malformed-project",
                    message: "'\(project.prefix(100))' is not a project", disposition: .permanent)
            }
            summary.quotaProject = project
        }
        return (grant, summary)
    }

    /// The id or number of a project; an old id may begin with a domain. It is sent as a header.
    static func isProject(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.:".utf8.contains($0) }
    }
}

extension GCPIdentity.Member: CustomStringConvertible {
    package var description: String {
        switch self {
        case .namedFile(let path), .gcloudFile(let path): "\(namedBy) \(path)"
        case .metadataServer(let host): "the metadata server \(host)"
        }
    }

    var namedBy: String {
        switch self {
        case .namedFile: GCPIdentity.variable
        case .gcloudFile: "gcloud's application default credentials"
        case .metadataServer: MetadataServer.variable
        }
    }
}

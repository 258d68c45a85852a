package import HTTP
package import Model

/// Which identity the environment gives: the file of `GOOGLE_APPLICATION_CREDENTIALS`, else the metadata server.
package enum GCPIdentity {
    package static let variable = "GOOGLE_APPLICATION_CREDENTIALS"

    /// - Parameters:
    ///   - transport: to the token endpoint; may go through a proxy.
    ///   - direct: to the metadata server; must not go through a proxy.
    /// - Throws: `.permanent` for a file that can't be read or used, or a malformed `GCE_METADATA_HOST`. No request is made.
    package static func tokenSource(
        environment: [String: String], transport: any HTTPTransport, direct: any HTTPTransport, runtime: Runtime
    ) throws(APIError) -> any GCPTokenSource {
        if let path = environment[variable], !path.isEmpty {
            let file = CredentialFile(path: path, transport: transport, runtime: runtime)
            _ = try file.load()
            return CachedTokenSource(grant: file, runtime: runtime)
        }
        return CachedTokenSource(grant: try metadataServer(environment, direct, runtime), runtime: runtime)
    }

    /// Google-signed ID tokens of the service account that this VM or pod runs as. They come from the metadata server alone, whatever
    /// file the environment names: what a policy asks for with `identity: google` is the identity of the place where it runs.
    ///
    /// - Parameter direct: to the metadata server; must not go through a proxy.
    /// - Throws: `.permanent` for a malformed `GCE_METADATA_HOST`. No request is made.
    package static func identityToken(
        audience: String, environment: [String: String], direct: any HTTPTransport, runtime: Runtime
    ) async throws(APIError) -> Secret {
        try await metadataServer(environment, direct, runtime).identityToken(audience: audience)
    }

    private static func metadataServer(
        _ environment: [String: String], _ direct: any HTTPTransport, _ runtime: Runtime
    ) throws(APIError) -> MetadataServer {
        let host = environment[MetadataServer.variable].flatMap { $0.isEmpty ? nil : $0 } ?? MetadataServer.standardHost
        return try MetadataServer(host: host, transport: direct, runtime: runtime)
    }
}

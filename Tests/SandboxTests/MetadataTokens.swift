import AWS
import GCP
import HTTP
import Model

/// ID tokens of the embedded metadata server.
struct MetadataTokens: IdentityTokenSource {
    let clouds: ServedClouds
    let transport: any HTTPTransport

    func identityToken(audience: String) async throws(APIError) -> Secret {
        try await GCPIdentity.identityToken(
            audience: audience, environment: clouds.environment, direct: transport, runtime: clouds.runtime)
    }
}

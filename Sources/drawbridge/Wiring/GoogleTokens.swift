import AWS
import GCP
import HTTP
import Model

/// ID tokens of Google's metadata server, for AWS's STS.
struct GoogleTokens: IdentityTokenSource {
    let variables: [String: String]
    /// Without a proxy.
    let direct: any HTTPTransport
    let runtime: Runtime

    func identityToken(audience: String) async throws(APIError) -> Secret {
        try await GCPIdentity.identityToken(audience: audience, environment: variables, direct: direct, runtime: runtime)
    }
}

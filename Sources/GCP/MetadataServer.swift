import HTTP
import Model

/// The token of the service account that this VM or pod runs as.
///
/// The server can refuse or stall for the first seconds of a pod's life, so it is asked again for up to 30 s. It is never reached
/// through a proxy: what the proxy fetches
/// would be the proxy's own token.
/// Source: Compute Engine documentation, "Authenticate workloads using service accounts"; GKE documentation, "Troubleshoot
/// Workload Identity" (first seconds).
struct MetadataServer: TokenGrant {
    static let variable = "GCE_METADATA_HOST"
    static let standardHost = "metadata.google.internal"

    private let url: String
    private let exchange: TokenExchange

    /// - Parameters:
    ///   - host: `host` or `host:port`.
    ///   - transport: one without a proxy.
    init(host: String, transport: any HTTPTransport, runtime: Runtime) throws(APIError) {
        let path = "/computeMetadata/v1/instance/service-accounts/default/token"
        exchange = TokenExchange(
            operation: "metadata token", resource: host, transport: transport, runtime: runtime,
            policy: Retry.Policy(attempts: 12, base: .milliseconds(250), cap: .seconds(4), total: .seconds(30)))
        guard !host.isEmpty, host.utf8.count <= 300,
            host.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || ".-:[]_".utf8.contains($0)
            })
        else {
            throw APIError(
                api: .credentials, operation: "configure", resource: Self.variable, code: "malformed-host",
                message: "'\(host.prefix(200))' is not a host or host:port", disposition: .permanent)
        }
        url = "http://\(host)\(path)"
    }

    func fetch() async throws(APIError) -> AccessToken {
        let url = url
        return try await exchange.fetch {
            TokenExchange.Request(http: HTTPRequest("GET", url, headers: ["Metadata-Flavor": "Google"], limits: TokenExchange.limits))
        } check: { response in
            // A captive portal or a server on the same name would otherwise hand us its token.
            guard response.isSuccess, response.headers["Metadata-Flavor"] != "Google" else { return nil }
            return "what answers there is not Google's metadata server (no Metadata-Flavor: Google); check \(Self.variable)"
        } explain: { status, body in
            switch status {
            case 404:
                (
                    .denied,
                    "no service account is attached to this VM or pod: attach one, set up Workload Identity, or set "
                        + "\(GCPIdentity.variable). The server says: \(body.message)"
                )
            case 403:
                (
                    .denied,
                    "the metadata server may not give out a token: check the Workload Identity binding (roles/iam.workloadIdentityUser). "
                        + "The server says: \(body.message)"
                )
            default: nil
            }
        }
    }
}

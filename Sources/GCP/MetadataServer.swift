import Cryptography
import HTTP
import Model

/// The token of the service account that this VM or pod runs as.
///
/// The server can refuse or stall for the first seconds of a pod's life, so it is asked again for up to 30 s, each time for up to 10 s. It
/// is never reached through a proxy: what the proxy fetches would be the proxy's own token.
/// Source: Compute Engine documentation, "Authenticate workloads using service accounts"; GKE documentation, "Troubleshoot
/// Workload Identity" (first seconds).
struct MetadataServer: TokenGrant {
    static let variable = "GCE_METADATA_HOST"
    static let standardHost = "metadata.google.internal"

    /// A third of the time that is waited in all: a server that accepts and never answers is asked again.
    static let limits = HTTPLimits(connect: .seconds(3), total: .seconds(10), idle: .seconds(10), responseBytes: 64 << 10)

    private let account: String
    private let exchange: TokenExchange

    /// - Parameters:
    ///   - host: `host` or `host:port`.
    ///   - transport: one without a proxy.
    init(host: String, transport: any HTTPTransport, runtime: Runtime) throws(APIError) {
        exchange = TokenExchange(
            operation: "metadata token", resource: host, transport: transport, runtime: runtime,
            policy: Retry.Policy(attempts: 12, base: .milliseconds(250), cap: .seconds(4), total: .seconds(30)),
            unreachable: "on GKE check that the pod may reach it (Workload Identity, NetworkPolicy); elsewhere set "
                + "\(GCPIdentity.variable) or run `gcloud auth application-default login`; \(Self.variable) names another server")
        guard !host.isEmpty, host.utf8.count <= 300,
            host.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || ".-:[]_".utf8.contains($0)
            })
        else {
            throw APIError(
                api: .credentials, operation: "configure", resource: Self.variable, code: "malformed-host",
                message: "'\(host.withoutUser.prefix(200))' is not a host or host:port", disposition: .permanent)
        }
        account = "http://\(host)/computeMetadata/v1/instance/service-accounts/default"
    }

    func fetch() async throws(APIError) -> AccessToken {
        let url = "\(account)/token"
        return try await exchange.fetch {
            Self.request(url)
        } check: { response in
            Self.objection(to: response)
        } explain: { status, body in
            Self.refusal(status, body)
        }
    }

    /// An ID token of the service account, made for an audience and signed by Google: new at each call, valid for an hour.
    ///
    /// Source: Compute Engine documentation, "Verify the identity of VMs"; `format=full` adds the account's e-mail address.
    func identityToken(audience: String) async throws(APIError) -> Secret {
        let url = "\(account)/identity?audience=\(URLEncoding.component(audience))&format=full"
        return try await exchange.fetch("signed ID token") {
            Self.request(url)
        } check: { response in
            Self.objection(to: response)
        } explain: { status, body in
            Self.refusal(status, body)
        } read: { response in
            Self.webToken(in: response)
        }
    }

    private static func request(_ url: String) -> TokenExchange.Request {
        TokenExchange.Request(http: HTTPRequest("GET", url, headers: ["Metadata-Flavor": "Google"], limits: limits))
    }

    /// A captive portal or a server on the same name would otherwise hand us its token.
    private static func objection(to response: HTTPResponse) -> String? {
        guard response.isSuccess, response.headers["Metadata-Flavor"] != "Google" else { return nil }
        return "what answers there is not Google's metadata server (no Metadata-Flavor: Google); check \(variable)"
    }

    private static func refusal(_ status: Int, _ body: ErrorBody) -> (APIError.Disposition, String)? {
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

    /// Three parts of unpadded base64url. Source: RFC 7515, section 7.1.
    private static func webToken(in response: HTTPResponse) -> Secret? {
        guard response.body.count <= 16 << 10, let text = String(validating: response.body, as: UTF8.self) else { return nil }
        let line = text.split(whereSeparator: \.isNewline)
        guard line.count == 1, let token = line.first else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && Base64.decodeURL($0) != nil }) else { return nil }
        return Secret(String(token))
    }
}

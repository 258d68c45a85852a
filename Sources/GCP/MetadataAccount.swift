import HTTP
import Model

/// Whose tokens the metadata server gives, and what they are good for. It is asked directly, with no token sent to anyone.
///
/// Source: Compute Engine documentation, "Predefined metadata keys": `service-accounts/default/email` and `scopes`.
struct MetadataAccount: Sendable {
    private let host: String
    private let exchange: TokenExchange

    /// - Parameter transport: one without a proxy.
    init(host: String, transport: any HTTPTransport, runtime: Runtime) throws(APIError) {
        // Refuses a host that is none.
        _ = try MetadataServer(host: host, transport: transport, runtime: runtime)
        self.host = host
        exchange = TokenExchange(
            operation: "metadata account", resource: host, transport: transport, runtime: runtime,
            policy: Retry.Policy(attempts: 3, base: .milliseconds(250), cap: .seconds(2), total: .seconds(10)))
    }

    func caller() async throws(APIError) -> GoogleCaller {
        let email = try await lines("email").first
        let scopes = try await lines("scopes")
        return GoogleCaller(email: email, scopes: scopes, source: "the metadata server \(host)")
    }

    private func lines(_ key: String) async throws(APIError) -> [String] {
        let url = "http://\(host)/computeMetadata/v1/instance/service-accounts/default/\(key)"
        return try await exchange.fetch("service account's \(key)") {
            TokenExchange.Request(http: HTTPRequest("GET", url, headers: ["Metadata-Flavor": "Google"], limits: TokenExchange.limits))
        } check: { response in
            guard response.isSuccess, response.headers["Metadata-Flavor"] != "Google" else { return nil }
            return "what answers there is not Google's metadata server (no Metadata-Flavor: Google); check \(MetadataServer.variable)"
        } explain: { status, _ in
            guard status == 404 else { return nil }
            return (.denied, "no service account is attached to this VM or pod: attach one, or set up Workload Identity")
        } read: { response in
            guard let text = String(validating: response.body, as: UTF8.self) else { return nil }
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            return lines.isEmpty || lines.count > 100 ? nil : lines
        }
    }
}

/// Whose access tokens Google's APIs are called with.
package struct GoogleCaller: Hashable, Sendable {
    /// The e-mail address of the service account or person; `nil` where nothing tells it.
    package var email: String?
    /// What the tokens are good for; `nil` where nothing tells it.
    package var scopes: [String]?
    /// Where the tokens come from, for people: `the metadata server metadata.google.internal`, `the service-account key /etc/key.json`.
    package var source: String

    package init(email: String?, scopes: [String]?, source: String) {
        self.email = email
        self.scopes = scopes
        self.source = source
    }

    /// Whether tokens of these scopes can change instances. Source: Compute Engine REST v1, "Authorization scopes" of each method.
    package var reachesCompute: Bool? {
        scopes.map { $0.contains { ["cloud-platform", "compute"].contains($0.split(separator: "/").last.map(String.init) ?? "") } }
    }
}

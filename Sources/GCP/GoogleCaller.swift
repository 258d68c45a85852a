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
    package var reachesCompute: Bool? { hasScope(["cloud-platform", "compute"]) }

    /// Whether they can read addresses. Source: as above, `addresses.aggregatedList`.
    package var readsCompute: Bool? { hasScope(["cloud-platform", "compute", "compute.readonly"]) }

    private func hasScope(_ names: Set<String>) -> Bool? {
        scopes.map { $0.contains { names.contains($0.split(separator: "/").last.map(String.init) ?? "") } }
    }
}

package import HTTP

/// How to reach the API server, and as whom.
package struct KubernetesConfiguration: Sendable {
    /// Scheme, host, port and path prefix, without a slash at the end.
    package var server: String
    package var trust: HTTPClientConfiguration.Trust
    package var clientCertificate: HTTPClientConfiguration.ClientCertificate?
    package var proxy: HTTPClientConfiguration.Proxy
    package var authentication: KubernetesAuthentication
    /// Where this program's Lease and its Events live.
    package var namespace: String
    /// Where all this was read, for people: `context "prod" of /home/me/.kube/config`, `in-cluster service account`.
    package var origin: String

    package init(
        server: String, trust: HTTPClientConfiguration.Trust, clientCertificate: HTTPClientConfiguration.ClientCertificate?,
        proxy: HTTPClientConfiguration.Proxy, authentication: KubernetesAuthentication, namespace: String, origin: String
    ) {
        self.server = server
        self.trust = trust
        self.clientCertificate = clientCertificate
        self.proxy = proxy
        self.authentication = authentication
        self.namespace = namespace
        self.origin = origin
    }
}

extension KubernetesConfiguration: CustomStringConvertible, CustomReflectable {
    /// `https://10.0.0.1:443 (in-cluster service account)`: keys and tokens are left out.
    package var description: String { "\(server) (\(origin))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

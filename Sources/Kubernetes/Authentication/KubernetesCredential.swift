internal import HTTP
internal import Model

/// What a request is sent with to say who it is from.
struct KubernetesCredential: Sendable {
    /// The value of the `Authorization` header.
    var authorization: Secret?
    /// Instead of the configuration's own.
    var clientCertificate: HTTPClientConfiguration.ClientCertificate?
    /// Grows with each new credential, so that a late 401 doesn't discard a newer one.
    var generation: Int
}

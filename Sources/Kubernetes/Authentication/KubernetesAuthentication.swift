package import Model

/// How requests to the API server say who they are, besides a client certificate.
package enum KubernetesAuthentication: Hashable, Sendable {
    case none
    case token(Secret)
    /// Read again as it is rotated; `fallback` serves until the file could first be read.
    case tokenFile(path: String, fallback: Secret?)
    case basic(username: String, password: Secret)
    case exec(ExecPlugin)
}

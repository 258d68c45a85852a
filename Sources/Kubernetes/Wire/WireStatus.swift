/// Why a call did not succeed. Source: Kubernetes API, meta/v1 Status.
struct WireStatus: Decodable {
    struct Details: Decodable {
        var retryAfterSeconds: Int?
    }

    var kind: String?
    var message: String?
    /// CamelCase, for machines: `Conflict`, `AlreadyExists`, `Expired`, …
    var reason: String?
    var code: Int?
    var details: Details?
}

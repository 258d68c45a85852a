package import Model

/// The base URL of the Compute Engine API, with a slash at its end.
package struct ComputeEndpoint: Hashable, Sendable, CustomStringConvertible {
    package static let variable = "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"
    package static let standard = ComputeEndpoint(url: "https://compute.googleapis.com/compute/v1/")

    let url: String

    private init(url: String) { self.url = url }

    /// The endpoint that the environment asks for, else the public one. Plain HTTP is for the loopback only.
    ///
    /// A value has gcloud's meaning: a path stands as it is, an empty one becomes `/compute/v1/`. Unlike gcloud the slash at the
    /// end may be left out.
    /// Source: google-cloud-sdk, `api_lib/util/apis_internal.py` (`_BuildEndpointOverride`), `core/properties.py`
    /// (`EndpointValidator`).
    package init(environment: [String: String]) throws(APIError) {
        guard let value = environment[Self.variable], !value.isEmpty else {
            self = .standard
            return
        }
        guard let endpoint = ComputeEndpoint(override: value) else {
            throw Self.refusal(
                "malformed-endpoint", of: value,
                "is not a base URL: https:// (http:// on the loopback), a host, and a path such as /compute/v1/ are expected")
        }
        guard endpoint.keepsSecrets else {
            throw Self.refusal(
                "plain-endpoint", of: value,
                "is plain HTTP to another machine, on which the access token would go in clear: use https, or the loopback")
        }
        self = endpoint
    }

    private static func refusal(_ code: String, of value: String, _ reason: String) -> APIError {
        APIError(
            api: .compute, operation: "configure", resource: variable, code: code,
            message: "'\(value.withoutUser.prefix(200))' \(reason)", disposition: .permanent)
    }

    /// Whether nobody on the way can read the token that each request carries.
    private var keepsSecrets: Bool {
        url.hasPrefix("https://") || Loopback.contains(authority: url.dropFirst("http://".count).prefix { $0 != "/" })
    }

    private init?(override value: String) {
        let lowered = value.lowercased()
        guard value.utf8.count <= 500, let scheme = ["https://", "http://"].first(where: { lowered.hasPrefix($0) })
        else { return nil }
        var rest = value.dropFirst(scheme.count)
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !rest.contains(where: { "?#@\\".contains($0) }) else { return nil }
        while rest.hasSuffix("/") { rest.removeLast() }
        guard let first = rest.first, first != "/", first != ":" else { return nil }
        url = scheme + rest + (rest.contains("/") ? "/" : "/compute/v1/")
    }

    package var description: String { url }
}

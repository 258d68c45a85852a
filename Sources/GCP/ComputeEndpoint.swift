package import Model

/// The base URL of the Compute Engine API, with a slash at its end.
package struct ComputeEndpoint: Hashable, Sendable, CustomStringConvertible {
    package static let variable = "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"
    package static let standard = ComputeEndpoint(url: "https://compute.googleapis.com/compute/v1/")

    let url: String

    private init(url: String) { self.url = url }

    /// The endpoint that the environment asks for, else the public one.
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
            throw APIError(
                api: .compute, operation: "configure", resource: Self.variable, code: "malformed-endpoint",
                message:
                    "'\(value.withoutUser.prefix(200))' is not a base URL: http:// or https://, a host, and a path such as /compute/v1/ "
                    + "are expected",
                disposition: .permanent)
        }
        self = endpoint
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

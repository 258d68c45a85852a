import Model

/// One way to get a new access token: the metadata server or a token endpoint.
protocol TokenGrant: Sendable {
    func fetch() async throws(APIError) -> AccessToken
}

struct AccessToken: Hashable, Sendable {
    var secret: Secret
    /// From the moment the request for it was made.
    var lifetime: Duration
}

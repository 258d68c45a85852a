package import Model

/// Where access tokens for Google's APIs come from.
package protocol GCPTokenSource: Sendable {
    /// A token that is valid now.
    func token() async throws(APIError) -> Secret

    /// Says that the API refused a token: it is not given out again.
    func invalidate(_ token: Secret)
}

package import Model

/// Where access tokens for Google's APIs come from.
package protocol GCPTokenSource: Sendable {
    /// The project that calls with these tokens are counted to, where it is not the token's own: sent as `x-goog-user-project`.
    ///
    /// Source: Google Cloud documentation, "Set the quota project"; google-auth-library-python, `credentials.py`.
    var quotaProject: String? { get }

    /// A token that is valid now.
    func token() async throws(APIError) -> Secret

    /// Says that the API refused a token: it is not given out again.
    func invalidate(_ token: Secret)
}

extension GCPTokenSource {
    package var quotaProject: String? { nil }
}

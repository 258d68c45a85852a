package import Model

/// Where OpenID Connect tokens come from that STS exchanges for a role's keys.
package protocol IdentityTokenSource: Sendable {
    /// A token made for this audience, valid now. It is asked for anew at each exchange.
    func identityToken(audience: String) async throws(APIError) -> Secret
}

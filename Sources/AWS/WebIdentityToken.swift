package import Model

/// The token that the surroundings offer for a role, as far as it may be shown: its claims.
///
/// Where it is read, and for which role, is what the chain itself goes by (`WebIdentityPlace`).
package struct WebIdentityToken: Hashable, Sendable {
    package var path: String
    package var roleARN: String
    /// `nil` where the file holds no OpenID Connect token, or can't be read.
    package var claims: IdentityTokenClaims?

    /// - Returns: `nil` where no token or no role is configured.
    package static func configured(_ environment: AWSEnvironment) -> WebIdentityToken? {
        let settings = (try? AWSSettings(environment)) ?? AWSSettings(ofVariables: environment)
        guard let place = WebIdentityPlace(settings), let path = place.tokenFile, let roleARN = place.roleARN else { return nil }
        let token = (try? BoundedFile.token(path)).flatMap(\.self).map { Secret($0) }
        return WebIdentityToken(path: path, roleARN: roleARN, claims: token.flatMap(IdentityTokenClaims.init(token:)))
    }
}

import FoundationEssentials

/// What an OpenID Connect token says of its bearer, as far as a trust policy asks. It is read, not verified: whoever exchanges the token
/// does that. Neither the token nor its signature can be got back from it.
///
/// Source: RFC 7519, section 4.1; OpenID Connect Core 1.0, section 2 (`azp`).
package struct IdentityTokenClaims: Hashable, Sendable {
    /// `iss`: `https://accounts.google.com`, or a cluster's own.
    package var issuer: String
    /// `aud`: one or several.
    package var audiences: [String]
    /// `azp`: with Google the numeric id of the service account.
    package var authorizedParty: String?
    /// `sub`: `system:serviceaccount:NAMESPACE:NAME`, or a numeric id.
    package var subject: String
    /// `exp`.
    package var expiresAt: Timestamp?
    /// `email`, where the issuer tells it.
    package var email: String?

    package init(
        issuer: String, audiences: [String], authorizedParty: String? = nil, subject: String, expiresAt: Timestamp? = nil,
        email: String? = nil
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.authorizedParty = authorizedParty
        self.subject = subject
        self.expiresAt = expiresAt
        self.email = email
    }
}

extension IdentityTokenClaims {
    /// Of a whole token, in bytes.
    private static let limit = 16 << 10
    /// Of one claim, in scalars, and of audiences.
    private static let (claimLimit, audienceLimit) = (1024, 16)

    /// Reads a token in its compact form; `nil` where it is none, lacks `iss` or `sub`, or is larger than any issuer makes it.
    package init?(token: Secret) {
        let parts = token.exposed.split(separator: ".", omittingEmptySubsequences: false)
        guard token.exposed.utf8.count <= Self.limit, parts.count == 3, let payload = Self.decode(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: payload), let issuer = Self.bounded(claims.iss),
            let subject = Self.bounded(claims.sub)
        else { return nil }
        let expiry = claims.exp.flatMap { $0.isFinite && (0...1e11).contains($0) ? $0 : nil }
        self.init(
            issuer: issuer, audiences: (claims.aud?.values ?? []).prefix(Self.audienceLimit).compactMap(Self.bounded),
            authorizedParty: Self.bounded(claims.azp), subject: subject,
            expiresAt: expiry.map { Timestamp(millisecondsSinceEpoch: Int64($0 * 1000)) }, email: Self.bounded(claims.email))
    }

    private struct Claims: Decodable {
        var iss: String?
        var sub: String?
        var azp: String?
        var aud: Audience?
        var exp: Double?
        var email: String?
    }

    /// A text or a list of texts.
    private struct Audience: Decodable {
        var values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? container.decode(String.self)).map { [$0] } ?? container.decode([String].self)
        }
    }

    private static func bounded(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.unicodeScalars.count <= claimLimit else { return nil }
        return text
    }

    /// Unpadded base64url. Source: RFC 7515, appendix C.
    private static func decode(_ part: Substring) -> Data? {
        guard part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2F && $0 != 0x3D }) else { return nil }
        var text = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text)
    }
}

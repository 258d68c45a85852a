import Cryptography

/// A JSON Web Token in compact form. Source: RFC 7515, RFC 7519.
package struct JSONWebToken: Sendable {
    package var header: JSONValue
    package var claims: JSONValue
    package var signature: [UInt8]
    package var signingInput: [UInt8]

    package static let byteLimit = 16_384

    package init?(_ text: String) {
        guard text.utf8.count <= Self.byteLimit else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64.decodeURL(parts[0]), let body = Base64.decodeURL(parts[1]),
            let signature = Base64.decodeURL(parts[2]), let header = JSONValue(json: head), let claims = JSONValue(json: body)
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signingInput = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// A token signed with RS256.
    static func signed(_ claims: JSONValue, keyID: String, key: RSAPrivateKey) -> String? {
        let header: JSONValue = ["alg": "RS256", "typ": "JWT", "kid": .string(keyID)]
        let input = Base64.encodeURL(header.json) + "." + Base64.encodeURL(claims.json)
        guard let signature = try? key.signRS256(Array(input.utf8)) else { return nil }
        return input + "." + Base64.encodeURL(signature)
    }

    /// `aud` as a list, whichever way it is written.
    package var audiences: [String] {
        claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.array?.compactMap(\.string) ?? []
    }

    /// A claim in seconds since 1970.
    package func seconds(_ claim: String) -> Int64? { claims[claim]?.integer }
}

import Cryptography

/// Stages 3 and 4: the key of one day, region and service, and the signature that it makes.
///
/// Source: AWS, "Create a signed AWS API request", steps 4 and 5, "Derive a signing key" and "Calculate the signature".
package struct SigningKey: Sendable {
    private let bytes: SecretBytes

    package init(secretAccessKey: String, scope: CredentialScope) {
        var key = Array("AWS4".utf8) + Array(secretAccessKey.utf8)
        for part in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
            var next = HMAC.sha256(key: key, message: Array(part.utf8))
            swap(&key, &next)
            SecretBytes.wipe(&next)
        }
        bytes = SecretBytes(consuming: &key)
    }

    /// 64 lower-case hexadecimal digits.
    package func signature(of stringToSign: StringToSign) -> String {
        hexadecimal(HMAC.sha256(key: bytes, message: Array(stringToSign.text.utf8)))
    }
}

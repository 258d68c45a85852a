import Cryptography

/// Stage 2: what the signature is made over.
///
/// Source: AWS, "Create a signed AWS API request", step 3, "Create a string to sign".
package struct StringToSign: Sendable, Hashable {
    package static let algorithm = "AWS4-HMAC-SHA256"

    package let text: String

    package init(_ canonicalRequest: CanonicalRequest, scope: CredentialScope, time: SigningTime) {
        let digest = hexadecimal(SHA256.digest(canonicalRequest.text.utf8))
        text = "\(StringToSign.algorithm)\n\(time.stamp)\n\(scope.text)\n\(digest)"
    }
}

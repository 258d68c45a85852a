/// Who signed a request that was found in order.
package struct SigV4Identity: Sendable, Hashable {
    package let accessKeyID: String
    package let scope: CredentialScope
    package let signedAt: SigningTime
    /// Whether the signature stood in the query.
    package let isPresigned: Bool
}

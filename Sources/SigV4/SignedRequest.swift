/// A request with its signature, and the stages that led to it.
///
/// It prints without headers and query: these let others act in its name.
package struct SignedRequest: Sendable {
    /// What to send: signed in headers, or in the query.
    package let request: SigV4Request
    /// The headers that signing added, for those who keep the request in another form. Empty when signed in the query.
    package let addedHeaders: [SigV4Request.Header]
    package let canonicalRequest: CanonicalRequest
    package let stringToSign: StringToSign
    /// 64 lower-case hexadecimal digits.
    package let signature: String
}

extension SignedRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(request.method) \(request.scheme)://\(request.host)\(request.path) <signed>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The two ways of reading a request that services have.
///
/// Source: AWS, "Create a signed AWS API request", step 1; botocore `SigV4Auth` and `S3SigV4Auth`.
package enum SigV4Dialect: Sendable, Hashable {
    /// The path is normalised and encoded once more than it is sent; the body's digest stands in the canonical request only.
    case standard
    /// The path is taken as sent; the body's digest is sent as `X-Amz-Content-Sha256`, and not known of a presigned request.
    case s3

    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    func canonicalPath(_ path: String) -> String {
        switch self {
        case .standard: PercentEncoding.encode(SigV4Dialect.normalised(path), keepingSlashes: true)
        case .s3: path.isEmpty ? "/" : path
        }
    }

    /// Without `.`, `..` and empty segments.
    ///
    /// Source: RFC 3986, section 5.2.4; repeated slashes go too, as in botocore's `remove_dot_segments`.
    private static func normalised(_ path: String) -> String {
        guard !path.isEmpty else { return "/" }
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        let first = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
        let last = path.utf8.last == UInt8(ascii: "/") && !segments.isEmpty ? "/" : ""
        return first + segments.joined(separator: "/") + last
    }
}

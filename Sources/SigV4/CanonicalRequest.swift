import Cryptography

/// Stage 1: the request in the one form that both sides agree on.
///
/// Source: AWS, "Create a signed AWS API request", step 1, "Create a canonical request".
package struct CanonicalRequest: Sendable, Hashable {
    /// With line feeds, and without one at the end. Holds the session token where that is a signed header.
    package let text: String
    /// Lower case, sorted, with semicolons between.
    package let signedHeaders: String

    /// Headers that proxies and clients change on the way, or that are not there yet.
    ///
    /// Source: botocore `SIGNED_HEADERS_BLACKLIST`, and the header that the signature goes into.
    private static let neverSigned: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// All headers that may be signed, and the host.
    package init(_ request: SigV4Request, dialect: SigV4Dialect, payloadHash: String) {
        let names = Set(request.headers.map { $0.name.lowercased() }).subtracting(CanonicalRequest.neverSigned)
        self.init(request, signing: names.union(["host"]), dialect: dialect, payloadHash: payloadHash)
    }

    /// Just these headers, in lower case.
    init(_ request: SigV4Request, signing names: Set<String>, dialect: SigV4Dialect, payloadHash: String) {
        let sorted = names.sorted(by: CanonicalRequest.precedes)
        var values: [String: [String]] = [:]
        for header in request.headers { values[header.name.lowercased(), default: []].append(header.value) }
        if values["host"] == nil { values["host"] = [request.hostHeader] }
        let lines = sorted.map { name in
            "\(name):\((values[name] ?? []).map(CanonicalRequest.trimmed).joined(separator: ","))\n"
        }
        signedHeaders = sorted.joined(separator: ";")
        text = [
            request.method.uppercased(), dialect.canonicalPath(request.path), CanonicalRequest.canonicalQuery(request.query),
            lines.joined(), signedHeaders, payloadHash,
        ].joined(separator: "\n")
    }

    /// The headers that would be signed, as a presigned query must name them before there is a canonical request.
    static func signedHeaders(of request: SigV4Request) -> String {
        CanonicalRequest(request, dialect: .standard, payloadHash: "").signedHeaders
    }

    /// Parameters sorted by name, then value, each with its equals sign. The encoding is taken as sent.
    static func canonicalQuery(_ query: String) -> String {
        guard !query.isEmpty else { return "" }
        let pairs = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        let sorted = pairs.sorted { a, b in
            a.name == b.name ? precedes(a.value, b.value) : precedes(a.name, b.name)
        }
        return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// By code points; Swift's own order is that of canonical equivalence.
    private static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    /// Without white space at the ends, and with one space for each run of it.
    private static func trimmed(_ value: String) -> String {
        let words = value.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}

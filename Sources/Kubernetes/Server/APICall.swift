internal import HTTP
internal import Model

/// One request to the API server, before it is given a server, an identity and limits of time.
struct APICall: Sendable {
    /// What it needs; also its name in errors.
    var permission: KubernetesPermission
    /// What it is about, for people: `node worker-1`.
    var resource: String
    var method: String
    /// Begins with `/api` or `/apis`; percent-encoded.
    var path: String
    var query: [(name: String, value: String)] = []
    var contentType: String?
    var body: JSONValue?
    /// Asked before each request that changes a node. The Lease itself and Events need none.
    var gate: WriteGate?

    /// For one attempt; and no attempt begins later than this after the first.
    var timeLimit = Duration.seconds(60)

    static let mergePatch = "application/merge-patch+json"
    static let json = "application/json"

    /// Whether sending it twice could matter.
    var isWrite: Bool { method != "GET" }

    /// Path and query, as they follow the server's URL.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
    }

    /// Percent-encodes all but RFC 3986's unreserved characters: right for a path segment and for a query's part.
    static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}

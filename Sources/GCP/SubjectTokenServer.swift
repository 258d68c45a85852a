import HTTP
import Model

/// A server that gives out tokens of the place where this runs, such as Azure's metadata server.
struct SubjectTokenServer: SubjectTokenSource {
    static let headerLimit = 20
    static let headerByteLimit = 8 << 10

    let url: CredentialURL
    let headers: HTTPHeaders
    let format: SubjectTokenFormat
    let exchange: TokenExchange

    var place: String { String(url.shown) }

    func token() async throws(APIError) -> Secret {
        var limits = TokenExchange.limits
        limits.responseBytes = SubjectTokenFormat.byteLimit
        let request = HTTPRequest("GET", url.text, headers: headers, limits: limits)
        // What the file sends along may be a key of that server.
        let secrets = headers.fields.map(\.value).filter { $0.utf8.count > 7 }.map(Secret.init)
        return try await exchange.fetch("subject token (\(format.description))") {
            TokenExchange.Request(http: request, secrets: secrets)
        } explain: { status, body in
            (.denied, "the credential_source gives out no token. It says: \(body.message)")
        } read: { response in
            format.token(in: response.body)
        }
    }

    /// `nil` when they can't be sent as they are, or would change what is asked of whom.
    static func headers(_ fields: [String: String]) -> HTTPHeaders? {
        guard fields.count <= headerLimit, fields.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) <= headerByteLimit
        else { return nil }
        var headers = HTTPHeaders()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
                !["host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"].contains(name.lowercased())
            else { return nil }
            headers.add(name, value)
        }
        return headers
    }

    /// Source: RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

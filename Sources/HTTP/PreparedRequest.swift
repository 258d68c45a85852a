import Model

/// A request that was found fit to be sent: nothing in it can end a line early or name another server.
struct PreparedRequest: Sendable {
    let method: String
    let url: String
    /// Scheme, host and port: what connections and limits are counted by.
    let origin: String
    let isTLS: Bool
    /// Whether it stays on this machine, and would leave it in the clear with a proxy in between.
    let isPlainLoopback: Bool
    /// As libcurl takes them: `Name: value`, `Name;` for an empty value, `Name:` for one that libcurl is not to add.
    let headerLines: [String]
    /// `nil`: neither a body nor a Content-Length.
    let body: [UInt8]?
    let limits: HTTPLimits
    /// The request in messages; see `HTTPError.request`.
    let label: String

    /// Whether libcurl may send the body a second time when a kept connection turns out to be dead.
    ///
    /// Source: RFC 9110, 9.2.2: a client doesn't repeat requests that are not idempotent by itself.
    var mayRepeatBody: Bool { method != "POST" && method != "PATCH" }

    init(_ request: HTTPRequest) throws(HTTPError) {
        let shownMethod = request.method.utf8.allSatisfy(Self.isTokenByte) ? String(request.method.prefix(20)) : "request"
        guard let place = Place(request.url) else {
            throw HTTPError(
                .malformedRequest, request: "\(shownMethod) (unreadable URL)",
                message: "the URL must be http:// or https://, a host without user name, and visible ASCII without a fragment",
                mayHaveBeenReceived: false)
        }
        let label = "\(shownMethod) \(place.origin)\(place.path.prefix(500))"
        if let trouble = Self.trouble(in: request) {
            throw HTTPError(.malformedRequest, request: label, message: trouble, mayHaveBeenReceived: false)
        }
        method = request.method
        url = request.url
        origin = place.origin
        isTLS = place.isTLS
        isPlainLoopback = place.isPlainLoopback
        self.label = label
        limits = request.limits.withinReason
        // These methods announce even that there is no body. Source: RFC 9110, 8.6.
        body = request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil)
        headerLines = Self.lines(request.headers)
    }

    private static func trouble(in request: HTTPRequest) -> String? {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte) else { return "the method is not a token" }
        if request.method == "CONNECT" { return "CONNECT is not for requests" }
        if request.method == "HEAD", request.body != nil { return "HEAD takes no body" }
        for field in request.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else { return "a header's name is not a token" }
            guard field.value.utf8.allSatisfy(isFieldByte) else {
                return "the value of header \(field.name.prefix(60)) holds a control character"
            }
            switch field.name.lowercased() {
            case "transfer-encoding": return "Transfer-Encoding is the client's to choose"
            case "content-length" where field.value != String(request.body?.count ?? 0):
                return "Content-Length is not the body's length"
            default: break
            }
        }
        return nil
    }

    private static func lines(_ headers: HTTPHeaders) -> [String] {
        var lines: [String] = []
        for field in headers.fields where field.name.lowercased() != "content-length" {
            // libcurl drops a field whose value is only white space, unless it is asked for by this form.
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            lines.append(isBlank ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // Nothing but what was asked for, and no wait of a second for `100 Continue`.
        for name in ["Accept", "Content-Type", "Expect"] where headers[name] == nil { lines.append("\(name):") }
        return lines
    }

    /// Source: RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Source: RFC 9110, 5.5.
    private static func isFieldByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

    /// The parts of a URL that matter here.
    private struct Place {
        var origin: String
        var path: String
        var isTLS: Bool
        var isPlainLoopback: Bool

        init?(_ url: String) {
            let bytes = Array(url.utf8)
            guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 && $0 != 0x5C }) else { return nil }
            let start = String(url.prefix(8)).lowercased()
            isTLS = start.hasPrefix("https://")
            guard isTLS || start.hasPrefix("http://") else { return nil }
            let rest = bytes[(isTLS ? 8 : 7)...]
            let pathStart = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
            let authority = rest[..<pathStart]
            guard !authority.isEmpty, !authority.contains(0x40) else { return nil }
            let name = String(decoding: authority, as: UTF8.self).lowercased()
            origin = (isTLS ? "https://" : "http://") + name
            isPlainLoopback = !isTLS && Loopback.contains(authority: name)
            path = String(decoding: rest[pathStart...].prefix { $0 != 0x3F }, as: UTF8.self)
        }
    }
}

extension HTTPLimits {
    /// Not longer than libcurl can count.
    fileprivate var withinReason: HTTPLimits {
        let longest = Duration.seconds(7 * 24 * 3600)
        return HTTPLimits(
            connect: min(connect, longest), total: total.map { $0 < .seconds(365 * 24 * 3600) ? $0 : .seconds(365 * 24 * 3600) },
            idle: min(idle, longest), responseBytes: responseBytes)
    }
}

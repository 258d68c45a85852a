#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// User and password of proxies. A proxy's error page may repeat the request with its `Proxy-Authorization`, which libcurl adds and no
/// caller knows: so the transport takes it out of every answer that is no success before anybody reads it.
struct ProxyCredentials: Sendable {
    /// As libcurl reads them. Source: curl(1), "ENVIRONMENT"; `http_proxy` is read in lower case only.
    static let variables = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    /// A shorter password is a part of words; with its user it is found all the same.
    private static let shortest = 4
    /// Of a streamed error.
    static let streamLimit = 256 << 10
    private static let redaction = Array("<redacted>".utf8)

    /// Each form in which they may come back; the longest first, for a shorter one may be a part of it.
    private let forms: [[UInt8]]

    init(_ proxy: HTTPClientConfiguration.Proxy) {
        switch proxy {
        case .none: self.init(urls: [])
        case .server(let url): self.init(urls: [url])
        case .environment: self.init(urls: Self.variables.compactMap { name in getenv(name).map { String(cString: $0) } })
        }
    }

    init(urls: [String]) {
        let forms = urls.flatMap(Self.forms)
        self.forms = Set(forms).map { Array($0.utf8) }.sorted {
            ($0.count, String(decoding: $0, as: UTF8.self)) > ($1.count, String(decoding: $1, as: UTF8.self))
        }
    }

    var isEmpty: Bool { forms.isEmpty }

    private static func forms(of url: String) -> [String] {
        let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
        guard let end = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return [] }
        let parts = rest[..<end].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { decoded(String($0)) }
        let raw = String(rest[..<end])
        let basic = base64(Array(parts.joined(separator: ":").utf8))
        var forms = [raw, parts.joined(separator: ":"), basic, basic.replacing("/", with: "\\/")]
        forms.append(basic.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D"))
        if parts.count == 2, parts[1].utf8.count >= shortest {
            forms += [parts[1], parts[1].replacing("/", with: "\\/"), String(raw.drop { $0 != ":" }.dropFirst())]
        }
        return forms.filter { $0.utf8.count >= shortest }
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Source: RFC 4648, section 4.
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32($1 < group.count ? group[start + $1] : 0) }
            for place in 0..<4 { text.append(place > group.count ? "=" : alphabet[Int(value >> UInt32(18 - 6 * place) & 63)]) }
        }
        return text
    }

    func removed(from response: HTTPResponse) -> HTTPResponse {
        guard !isEmpty, !response.isSuccess else { return response }
        return HTTPResponse(status: response.status, headers: removed(from: response.headers), body: removed(from: response.body))
    }

    func removed(from headers: HTTPHeaders) -> HTTPHeaders {
        var clean = HTTPHeaders()
        for field in headers.fields {
            clean.add(field.name, String(decoding: removed(from: Array(field.value.utf8)), as: UTF8.self))
        }
        return clean
    }

    func removed(from bytes: [UInt8]) -> [UInt8] { forms.reduce(bytes) { Self.replace($1, in: $0) } }

    private static func replace(_ form: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var (start, index) = (0, 0)
        while index + form.count <= bytes.count {
            guard bytes[index] == form[0], bytes[index..<(index + form.count)].elementsEqual(form) else {
                index += 1
                continue
            }
            result += bytes[start..<index] + redaction
            index += form.count
            start = index
        }
        return start == 0 ? bytes : result + bytes[start...]
    }
}

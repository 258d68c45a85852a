import CLibCurl

/// The options of a client's transfers.
struct CurlOptions: Sendable {
    private let trust: CurlTrust
    private let proxy: HTTPClientConfiguration.Proxy
    private let userAgent: String
    /// What a fresh handle is given before anything else.
    private let prepare: @Sendable (CurlEasy) -> Void

    init(_ configuration: HTTPClientConfiguration, prepare: @escaping @Sendable (CurlEasy) -> Void) {
        trust = CurlTrust(configuration)
        proxy = configuration.proxy
        userAgent = configuration.userAgent
        self.prepare = prepare
    }

    func apply(to easy: CurlEasy, _ request: PreparedRequest, isStream: Bool) {
        prepare(easy)
        easy.set(CURLOPT_NOSIGNAL, true)
        easy.leaveResolverBehind()
        easy.keepSocketsPrivate()
        trust.apply(to: easy)
        applyConnection(to: easy, request, isStream: isStream)
        applyRequest(to: easy, request)
    }

    private func applyConnection(to easy: CurlEasy, _ request: PreparedRequest, isStream: Bool) {
        easy.allowHTTPOnly()
        easy.set(CURLOPT_FOLLOWLOCATION, false)
        easy.set(CURLOPT_HTTP09_ALLOWED, false)
        easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        easy.set(CURLOPT_TCP_KEEPALIVE, true)
        // The client's own clock keeps this limit too; libcurl shares it out among a name's addresses.
        let (seconds, attoseconds) = request.limits.connect.components
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000)))
        switch proxy {
        // Go's net/http, ProxyFromEnvironment, leaves the loopback out as well.
        case .environment where !request.isPlainLoopback: break
        case .environment, .none:
            easy.set(CURLOPT_PROXY, "")
            easy.set(CURLOPT_NOPROXY, "*")
        case .server(let url):
            easy.set(CURLOPT_PROXY, url)
            // The environment's exceptions are not meant for a proxy that a file names.
            easy.set(CURLOPT_NOPROXY, "")
        }
        easy.set(CURLOPT_HTTP_VERSION, isStream ? shim_http_1_1 : shim_http_2_over_tls)
        // Rather wait for the first connection's handshake, and share it if it is HTTP/2, than open one for each.
        if request.isTLS && !isStream { easy.set(CURLOPT_PIPEWAIT, true) }
    }

    private func applyRequest(to easy: CurlEasy, _ request: PreparedRequest) {
        easy.set(CURLOPT_DISALLOW_USERNAME_IN_URL, true)
        easy.set(CURLOPT_PATH_AS_IS, true)
        easy.set(CURLOPT_URL, request.url)
        easy.set(CURLOPT_USERAGENT, userAgent)
        easy.setHeaders(request.headerLines)
        if let body = request.body {
            easy.set(CURLOPT_UPLOAD, true)
            easy.set(CURLOPT_INFILESIZE_LARGE, offset: body.count)
            easy.set(CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        } else if request.method == "HEAD" {
            easy.set(CURLOPT_NOBODY, true)
        }
        easy.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
}

import CLibCurl

/// What libcurl's result codes mean to a caller.
///
/// Source: libcurl-errors(3).
enum CurlErrorTable {
    /// - Parameters:
    ///   - wasSent: the request was handed to an established connection.
    ///   - headIsComplete: the head of the answer was read.
    static func kind(_ code: CURLcode, message: String, wasSent: Bool, headIsComplete: Bool) -> HTTPError.Kind {
        switch code {
        case CURLE_URL_MALFORMAT: .malformedRequest
        // Also for an answer that does not start like HTTP/1 (taken for HTTP/0.9).
        case CURLE_UNSUPPORTED_PROTOCOL: wasSent ? .malformedResponse : .malformedRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED, CURLE_NO_CONNECTION_AVAILABLE: .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED:
            .tls
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        // The line buffer of libcurl has an end (100 KB); older versions call that out of memory.
        case CURLE_OUT_OF_MEMORY: wasSent && !headIsComplete ? .tooLarge : .internal
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformedResponse
        case CURLE_RECV_ERROR: receiveKind(message, wasSent: wasSent)
        case CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_SEND_FAIL_REWIND, CURLE_SSL_SHUTDOWN_FAILED:
            wasSent ? .interrupted : .connect
        default: .internal
        }
    }

    /// One code stands for a reset, for a TLS alert that comes after the handshake (TLS 1.3 refuses a client's certificate so), and
    /// for a framing that can't be read; only the message tells them apart.
    private static func receiveKind(_ message: String, wasSent: Bool) -> HTTPError.Kind {
        let text = message.lowercased()
        if text.hasSuffix("in chunked-encoding") || text.contains("invalid content-length") || text.contains("nul byte in header") {
            return .malformedResponse
        }
        if text.contains("too large response headers") { return .tooLarge }
        if text.contains("alert") && text.contains("ssl") { return .tls }
        return wasSent ? .interrupted : .connect
    }
}

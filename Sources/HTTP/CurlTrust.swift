import CLibCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whom a client trusts and what it shows of itself, as options of libcurl.
struct CurlTrust: Sendable {
    private enum Authorities: Sendable {
        case file(String)
        case certificates([UInt8])
        case builtIn
    }

    private let authorities: Authorities
    private let clientCertificate: HTTPClientConfiguration.ClientCertificate?

    /// Reads `SSL_CERT_FILE`, which libcurl itself does not.
    init(_ configuration: HTTPClientConfiguration) {
        clientCertificate = configuration.clientCertificate
        switch configuration.trust {
        case .certificates(let bytes): authorities = .certificates(bytes)
        case .system:
            if let variable = getenv("SSL_CERT_FILE"), variable.pointee != 0 {
                authorities = .file(String(cString: variable))
            } else if let file = shim_default_ca_file().map({ String(cString: $0) }), access(file, R_OK) == 0 {
                authorities = .file(file)
            } else {
                authorities = .builtIn
            }
        }
    }

    /// libcurl's built-in CA directory goes wherever authorities are named: it is consulted beside them, so that with it a server whose
    /// certificate a private CA did *not* sign would still be accepted. Beside the system's own bundle it adds nothing, and only
    /// without it does libcurl share one parsed bundle among connections (measured with 7.88: 0.8 MB each otherwise).
    ///
    /// Source: CURLOPT_CAPATH(3), CURLOPT_CAINFO_BLOB(3), CURLOPT_CA_CACHE_TIMEOUT(3).
    func apply(to easy: CurlEasy) {
        easy.set(CURLOPT_SSL_VERIFYPEER, true)
        easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        easy.set(CURLOPT_SSLVERSION, shim_tls_1_2)
        switch authorities {
        case .builtIn: break
        case .file(let path):
            easy.set(CURLOPT_CAINFO, path)
            easy.setAuthorityDirectory(nil)
        case .certificates(let bytes):
            easy.set(CURLOPT_CAINFO_BLOB, bytes: bytes)
            easy.set(CURLOPT_CAINFO, nil)
            easy.setAuthorityDirectory(nil)
        }
        if let clientCertificate {
            easy.set(CURLOPT_SSLCERT_BLOB, bytes: clientCertificate.certificate)
            easy.set(CURLOPT_SSLCERTTYPE, "PEM")
            easy.set(CURLOPT_SSLKEY_BLOB, bytes: clientCertificate.privateKey)
            easy.set(CURLOPT_SSLKEYTYPE, "PEM")
            // Without a passphrase OpenSSL would ask for that of an encrypted key on the terminal.
            easy.set(CURLOPT_KEYPASSWD, "")
        }
    }
}

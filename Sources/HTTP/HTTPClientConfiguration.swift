/// How a client reaches its servers. There is no way to turn TLS verification off.
package struct HTTPClientConfiguration: Sendable {
    package enum Trust: Sendable {
        /// The system's certificate authorities, or those of `SSL_CERT_FILE` where it is set.
        case system
        /// These PEM certificates and no others.
        case certificates([UInt8])
    }

    package struct ClientCertificate: Sendable {
        /// PEM.
        package var certificate: [UInt8]
        /// PEM.
        package var privateKey: [UInt8]

        package init(certificate: [UInt8], privateKey: [UInt8]) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    package enum Proxy: Sendable {
        /// `HTTPS_PROXY`, `HTTP_PROXY` (lower case only), `ALL_PROXY` and `NO_PROXY`, as libcurl reads them from the environment.
        /// Plain HTTP to the loopback goes past all of them: it would leave this machine in the clear.
        case environment
        case none
        /// This proxy for every request, whatever the environment says: `http`, `https` or `socks5` with host and port
        /// (`CURLOPT_PROXY`, with `CURLOPT_NOPROXY` empty). May carry credentials: never printed.
        case server(String)
    }

    package var trust: Trust
    package var clientCertificate: ClientCertificate?
    package var proxy: Proxy
    /// The default `User-Agent`.
    package var userAgent: String

    package init(trust: Trust, clientCertificate: ClientCertificate?, proxy: Proxy, userAgent: String) {
        self.trust = trust
        self.clientCertificate = clientCertificate
        self.proxy = proxy
        self.userAgent = userAgent
    }
}

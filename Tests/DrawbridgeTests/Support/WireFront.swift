import Foundation
import Glibc
import Locking
import Peers
import Sandbox

/// The embedded clouds as one process reaches them: each API through a fault proxy of its own, and a stranger to whom redirects lead.
final class WireFront: Sendable {
    let caller: String
    /// What the process is given beside the harness's own variables.
    let environment: [String: String]
    private let proxies: [SandboxAPI: FaultProxy]
    private let stranger: Stranger

    /// - Parameters:
    ///   - caller: how the servers' log names the process; new for each.
    ///   - tls: all but the metadata server are reached by TLS.
    init(_ harness: SandboxHarness, caller: String, tls: TLSServer? = nil) throws {
        self.caller = caller
        let endpoints = harness.servers.endpoints
        let stranger = Stranger()
        var proxies: [SandboxAPI: FaultProxy] = [:]
        func url(_ api: SandboxAPI, _ original: String) -> String {
            let parts = URLComponents(string: original)!
            let session = api == .metadata ? nil : tls
            let proxy = FaultProxy(api, upstream: UInt16(parts.port!), caller: caller, stranger: stranger.port, tls: session)
            proxies[api] = proxy
            return "\(session == nil ? "http" : "https")://127.0.0.1:\(proxy.port)\(parts.path)"
        }
        let metadata = url(.metadata, endpoints.metadata).replacingOccurrences(of: "http://", with: "")
        let kubernetes = url(.kubernetes, endpoints.kubernetes)
        func copy(_ name: String, _ change: (String) -> String) throws -> String {
            let file = harness.directory.appendingPathComponent("\(caller)-\(name)")
            let text = try String(contentsOf: harness.directory.appendingPathComponent(name), encoding: .utf8)
            try Data(change(text).utf8).write(to: file)
            return file.path
        }
        let oauth = url(.oauth, endpoints.oauth)
        var environment = [
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": url(.compute, endpoints.compute), "GCE_METADATA_HOST": metadata,
            "GCE_METADATA_IP": metadata,
            "AWS_ENDPOINT_URL_EC2": url(.ec2, endpoints.ec2), "AWS_ENDPOINT_URL_STS": url(.sts, endpoints.sts),
            "KUBECONFIG": try copy("kubeconfig") { text in
                let authority = tls.map { ", certificate-authority: \"\($0.authority)\"" } ?? ""
                return text.replacingOccurrences(of: "\"\(endpoints.kubernetes)\"", with: "\"\(kubernetes)\"\(authority)")
            },
            "SANDBOX_SERVICE_ACCOUNT": try copy("service-account.json") {
                $0.replacingOccurrences(of: endpoints.oauth, with: oauth).replacingOccurrences(
                    of: endpoints.oauth.replacingOccurrences(of: "/", with: "\\/"), with: oauth.replacingOccurrences(of: "/", with: "\\/"))
            },
        ]
        if let tls { environment["SSL_CERT_FILE"] = tls.authority }
        self.environment = environment
        self.proxies = proxies
        self.stranger = stranger
    }

    subscript(api: SandboxAPI) -> FaultProxy { proxies[api]! }

    func clear() { for proxy in proxies.values { proxy.set([]) } }

    /// Requests of the process so far.
    var requests: Int { proxies.values.reduce(0) { $0 + $1.requests } }

    /// How many connections were made to where redirects lead.
    var strays: Int { stranger.connections }

    func close() {
        for proxy in proxies.values { proxy.close() }
        stranger.close()
    }

    /// A server to whom nobody should come.
    private final class Stranger: Sendable {
        let port: UInt16
        private let listener: Int32
        private let count = Locked(0)

        init() {
            let socket = LoopbackSocket.listening()
            (listener, port) = (socket.descriptor, socket.port)
            Thread.detachNewThread { [listener] in
                while true {
                    let socket = accept(listener, nil, nil)
                    guard socket >= 0 else { break }
                    self.count.withLock { $0 += 1 }
                    Glibc.close(socket)
                }
                Glibc.close(listener)
            }
        }

        var connections: Int { count.withLock { $0 } }
        func close() { shutdown(listener, Int32(SHUT_RDWR)) }
    }
}

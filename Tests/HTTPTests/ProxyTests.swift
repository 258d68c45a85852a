import Glibc
import HTTP
import Locking
import Testing

/// Proxies are named by the environment, which belongs to a process: each test runs in one of its own.
@Suite struct `Proxies` {
    @Test func `http_proxy gets the absolute URL, unless NO_PROXY names the host or the client uses none`() async {
        await #expect(processExitsWith: .success) {
            let seen = Signal<String>()
            let proxy = RawServer { connection in
                while let head = connection.readHead() {
                    seen.send(head)
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
                }
            }
            let server = RawServer.answering("direct")
            setenv("http_proxy", proxy.url, 1)
            setenv("NO_PROXY", "past.invalid", 1)
            let client = HTTPClient(.test(proxy: .environment))
            let through = try await client.send(HTTPRequest("GET", "http://example.invalid/a/../b?c", limits: .generous))
            #expect(through.body == Array("proxy".utf8))
            #expect(await seen.value().hasPrefix("GET http://example.invalid/a/../b?c HTTP/1.1\r\nHost: example.invalid\r\n"))
            let past = HTTPRequest("GET", "http://past.invalid/", limits: .generous)
            #expect(await client.failure(past)?.kind == .resolve)
            unsetenv("NO_PROXY")
            #expect(try await client.send(past).body == Array("proxy".utf8))
            let without = HTTPClient(.test(proxy: .none))
            #expect(await without.failure(past)?.kind == .resolve)
            #expect(try await without.send(HTTPRequest("GET", server.url, limits: .generous)).body == Array("direct".utf8))
        }
    }

    @Test func `plain HTTP to this machine never goes through the environment's proxy, which would read it`() async {
        await #expect(processExitsWith: .success) {
            let heads = Locked<[String]>([])
            let proxy = RawServer { connection in
                while let head = connection.readHead() {
                    heads.withLock { $0.append(head) }
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
                }
            }
            let server = RawServer.answering("direct")
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.url, 1) }
            // An exception list of one's own changes nothing about it.
            for exceptions in ["", "elsewhere.invalid"] {
                setenv("NO_PROXY", exceptions, 1)
                let client = HTTPClient(.test(proxy: .environment))
                for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
                    let url = server.url.replacing("127.0.0.1", with: host)
                    let request = HTTPRequest("POST", url, headers: ["Authorization": "Bearer token"], limits: .generous)
                    #expect(try await client.send(request).body == Array("direct".utf8))
                }
                #expect(heads.withLock { $0 }.isEmpty)
            }
            // What only looks like it, and the proxy is the one to ask.
            for host in ["127.0.0.1.invalid", "127.evil.invalid", "localhost.invalid"] {
                let client = HTTPClient(.test(proxy: .environment))
                let answer = try await client.send(HTTPRequest("GET", "http://\(host)/", limits: .generous))
                #expect(answer.body == Array("proxy".utf8))
            }
            #expect(heads.withLock { $0 }.count == 3)
        }
    }

    @Test func `a proxy that the configuration names is used, whatever the environment says`() async {
        await #expect(processExitsWith: .success) {
            let named = RawServer.answering("named")
            let other = RawServer.answering("other")
            let server = RawServer.answering("direct")
            setenv("http_proxy", other.url, 1)
            setenv("NO_PROXY", "127.0.0.0/8", 1)
            let client = HTTPClient(.test(proxy: .server(named.url)))
            let answer = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
            #expect(answer.body == Array("named".utf8))
        }
    }

    @Test(.enabled(if: PeerServer.isInstalled("python3") && PeerServer.isInstalled("openssl"), "needs python3 and openssl on PATH"))
    func `HTTPS_PROXY is a tunnel, through which the server is still verified`() async {
        await #expect(processExitsWith: .success) {
            let server = try PeerServer.python(certificate: "server")
            let seen = Signal<String>()
            let port = server.port
            let proxy = RawServer { connection in
                guard let head = connection.readHead() else { return }
                seen.send(head)
                connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")
                connection.relay(to: port)
            }
            setenv("HTTPS_PROXY", proxy.url, 1)
            let request = HTTPRequest("GET", server.url, headers: ["Authorization": "secret"], limits: .generous)
            let trusting = HTTPClient(.test(trust: .certificates(Certificates.shared.bytes("ca.pem")), proxy: .environment))
            let response = try await trusting.send(request)
            #expect(response.status == 200)
            #expect(response.headers["X-Proxy"] == nil)
            let head = await seen.value()
            #expect(head.hasPrefix("CONNECT localhost:\(port) HTTP/1.1\r\n"))
            #expect(!head.contains("secret"))
            let foreign = HTTPClient(.test(trust: .certificates(Certificates.shared.bytes("foreign.pem")), proxy: .environment))
            #expect(await foreign.failure(request)?.kind == .tls)
        }
    }

    @Test func `a proxy that refuses the tunnel or is not there is a connect error`() async {
        await #expect(processExitsWith: .success) {
            let proxy = RawServer { connection in
                guard connection.readHead() != nil else { return }
                connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            }
            let request = HTTPRequest("POST", "https://example.invalid/", limits: .generous)
            setenv("HTTPS_PROXY", proxy.url, 1)
            let refused = await HTTPClient(.test(proxy: .environment)).failure(request)
            #expect(refused?.kind == .connect, "\(String(describing: refused))")
            #expect(refused?.mayHaveBeenReceived == false)
            setenv("HTTPS_PROXY", "http://127.0.0.1:\(RawServer.unusedPort())", 1)
            let missing = await HTTPClient(.test(proxy: .environment)).failure(request)
            #expect(missing?.kind == .connect)
            #expect(missing?.mayHaveBeenReceived == false)
        }
    }
}

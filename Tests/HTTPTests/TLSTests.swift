import Glibc
import Testing

@testable import HTTP

/// Whom the client believes. The servers are Python's, the certificates made by `openssl`.
@Suite(.enabled(if: PeerServer.isInstalled("python3") && PeerServer.isInstalled("openssl"), "needs python3 and openssl on PATH"))
struct `TLS` {
    private let made = Certificates.shared

    private func trust(_ authority: String) -> HTTPClientConfiguration.Trust { .certificates(made.bytes(authority)) }

    private func client(
        _ trust: HTTPClientConfiguration.Trust, _ certificate: (String, String)? = nil
    ) -> HTTPClient {
        HTTPClient(
            .test(
                trust: trust,
                clientCertificate: certificate.map { .init(certificate: made.bytes($0.0), privateKey: made.bytes($0.1)) }))
    }

    private func get(_ url: String) -> HTTPRequest { HTTPRequest("GET", url + "/", limits: .generous) }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server that the private CA signed is believed`(_ host: String) async throws {
        let server = try PeerServer.python(certificate: "server")
        let client = client(trust("ca.pem"))
        #expect(try await client.send(get("https://\(host):\(server.port)")).status == 200)
        #expect(try await client.stream(get("https://\(host):\(server.port)")).status == 200)
    }

    @Test(arguments: [("server", "foreign.pem"), ("elsewhere", "ca.pem"), ("expired", "ca.pem")])
    func `a foreign CA, another host's name and an expired certificate are refused`(_ certificate: String, _ authority: String)
        async throws
    {
        let server = try PeerServer.python(certificate: certificate)
        let error = try #require(await client(trust(authority)).failure(get(server.url)))
        #expect(error.kind == .tls, "\(error)")
        #expect(!error.mayHaveBeenReceived)
    }

    @Test func `the system's authorities don't know a private one`() async throws {
        let server = try PeerServer.python(certificate: "server")
        let error = try #require(await client(.system).failure(get(server.url)))
        #expect(error.kind == .tls)
    }

    @Test func `a private CA stands alone, whatever the CA directory holds`() async throws {
        let server = try PeerServer.python(certificate: "server")
        let directory = made.path("hashed")
        #expect(made.openssl("verify -no-CAfile -no-CAstore -CApath \(directory) server.pem"))
        let client = HTTPClient(.test(trust: trust("foreign.pem")), prepare: { $0.setAuthorityDirectory(directory) })
        let error = try #require(await client.failure(get(server.url)))
        #expect(error.kind == .tls)
    }

    @Test(arguments: [
        [], Array("no certificate".utf8), Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8),
    ])
    func `authorities that can't be read are believed by nobody`(_ bytes: [UInt8]) async throws {
        let server = try PeerServer.python(certificate: "server")
        let error = try #require(await client(.certificates(bytes)).failure(get(server.url)))
        #expect(error.kind == .tls)
    }

    @Test func `a client's certificate is shown where it is demanded`() async throws {
        let server = try PeerServer.python(certificate: "server", demanding: "ca.pem")
        let response = try await client(trust("ca.pem"), ("client.pem", "client.key")).send(get(server.url))
        #expect(String(decoding: response.body, as: UTF8.self) == "['client']")
    }

    @Test func `without the demanded certificate the server refuses`() async throws {
        let server = try PeerServer.python(certificate: "server", demanding: "ca.pem")
        let error = try #require(await client(trust("ca.pem")).failure(get(server.url)))
        // TLS 1.3 refuses after the handshake, and the reset that follows may overtake the alert that says why.
        #expect(error.kind == .tls || error.kind == .interrupted, "\(error)")
    }

    @Test(arguments: [
        ("client.pem", "server.key"), ("client.pem", "ca.pem"), ("client.pem", "encrypted.key"), ("client.key", "client.key"),
    ])
    func `a client's certificate that can't be used ends in an error, not in a question`(_ certificate: String, _ key: String)
        async throws
    {
        let server = try PeerServer.python(certificate: "server", demanding: "ca.pem")
        let error = try #require(await client(trust("ca.pem"), (certificate, key)).failure(get(server.url)))
        #expect(error.kind == .tls, "\(error)")
        #expect(!error.mayHaveBeenReceived)
    }

    @Test func `HTTP to a TLS port and TLS to an HTTP port are errors`() async throws {
        let server = try PeerServer.python(certificate: "server")
        let plain = await client(.system).failure(get("http://localhost:\(server.port)"))
        #expect(plain != nil)
        let raw = RawServer { connection in
            _ = connection.readSome()
            connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(await client(.system).failure(get("https://127.0.0.1:\(raw.port)"))?.kind == .tls)
    }

    @Test(arguments: [("ca.pem", nil), ("foreign.pem", HTTPError.Kind.tls)])
    func `those that wait for the first connection share its fate, whatever it is`(_ authority: String, _ kind: HTTPError.Kind?)
        async throws
    {
        let server = try PeerServer.python(certificate: "server")
        let client = client(trust(authority))
        #expect(await kinds(of: 40, client, server.url) == Array(repeating: kind, count: 40))
    }

    @Test func `those that wait for a first connection that never comes end with it`() async throws {
        let url = "https://127.0.0.1:\(RawServer.unusedPort())"
        #expect(await kinds(of: 40, client(.system), url) == Array(repeating: .connect, count: 40))
    }

    private func kinds(of count: Int, _ client: HTTPClient, _ url: String) async -> [HTTPError.Kind?] {
        await withTaskGroup(of: HTTPError.Kind?.self) { group in
            for _ in 0..<count { group.addTask { await client.failure(HTTPRequest("GET", url + "/", limits: .generous))?.kind } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    // The environment belongs to a process, so these run in one of their own.

    @Test func `SSL_CERT_FILE replaces the system's authorities`() async {
        await #expect(processExitsWith: .success) {
            setenv("SSL_CERT_FILE", Certificates.shared.path("ca.pem"), 1)
            let server = try PeerServer.python(certificate: "server")
            let request = HTTPRequest("GET", server.url, limits: .generous)
            #expect(try await HTTPClient(.test()).send(request).status == 200)
            setenv("SSL_CERT_FILE", Certificates.shared.path("foreign.pem"), 1)
            #expect(await HTTPClient(.test()).failure(request)?.kind == .tls)
            setenv("SSL_CERT_FILE", Certificates.shared.path("missing.pem"), 1)
            #expect(await HTTPClient(.test()).failure(request)?.kind == .tls)
        }
    }
}

/// Against Node's server.
@Suite(.enabled(if: PeerServer.isInstalled("node") && PeerServer.isInstalled("openssl"), "needs node and openssl on PATH"))
struct `HTTP/2` {
    private let made = Certificates.shared
    private var configuration: HTTPClientConfiguration { .test(trust: .certificates(made.bytes("ca.pem"))) }

    @Test func `sends speak it where it is offered, streams never`() async throws {
        let server = try PeerServer.node()
        let client = HTTPClient(configuration)
        let sent = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
        #expect(String(decoding: sent.body, as: UTF8.self) == "2.0 1 0")
        let stream = try await client.stream(HTTPRequest("GET", server.url, limits: .generous))
        var body: [UInt8] = []
        for try await piece in stream.body { body += piece }
        #expect(String(decoding: body, as: UTF8.self) == "1.1 2 0")
        let again = try await client.send(HTTPRequest("POST", server.url, body: [1], limits: .generous))
        #expect(String(decoding: again.body, as: UTF8.self).hasPrefix("2.0"))
    }

    @Test func `many sends at once share a connection`() async throws {
        let server = try PeerServer.node()
        let client = HTTPClient(configuration)
        let answers = await withTaskGroup(of: String?.self) { group in
            for index in 0..<300 {
                group.addTask {
                    let body = [UInt8](repeating: 1, count: index * 1000)
                    let answer = try? await client.send(HTTPRequest("POST", server.url, body: body, limits: .generous))
                    guard let text = answer.map({ String(decoding: $0.body, as: UTF8.self) }) else { return nil }
                    return text.hasPrefix("2.0 1 ") && text.hasSuffix(" \(body.count)") ? text : nil
                }
            }
            return await group.reduce(into: []) { if let text = $1 { $0.append(text) } }
        }
        #expect(answers.count == 300)
    }

    @Test func `cancelling one leaves those beside it on the connection alone`() async throws {
        let server = try PeerServer.node()
        let client = HTTPClient(configuration)
        _ = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
        let hanging = Task { await client.failure(HTTPRequest("GET", server.url + "/hang", limits: .generous)) }
        let before = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
        hanging.cancel()
        #expect(await hanging.value?.kind == .cancelled)
        let after = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
        #expect([before.body, after.body].allSatisfy { String(decoding: $0, as: UTF8.self) == "2.0 1 0" })
    }
}

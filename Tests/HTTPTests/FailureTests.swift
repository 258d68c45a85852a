import HTTP
import Locking
import Testing

/// An answer, shown shortened.
struct BrokenAnswer: CustomTestStringConvertible, Sendable {
    var text: String
    var kind: HTTPError.Kind

    init(_ text: String, _ kind: HTTPError.Kind) {
        self.text = text
        self.kind = kind
    }

    var testDescription: String { String(text.debugDescription.prefix(80)) }
}

/// How transfers fail, and what is said of them.
@Suite struct `Failures` {
    private func failure(limits: HTTPLimits = .generous, _ serve: @escaping @Sendable (RawConnection) -> Void) async throws
        -> HTTPError
    {
        let server = RawServer { connection in
            guard connection.readHead() != nil else { return }
            serve(connection)
        }
        return try #require(await HTTPClient(.test()).failure(HTTPRequest("GET", server.url + "/x?secret", limits: limits)))
    }

    private static func xs(_ count: Int) -> String { String(repeating: "x", count: count) }
    private static func ok(_ rest: String) -> String { "HTTP/1.1 200 OK\r\n" + rest }

    private static let brokenAnswers: [BrokenAnswer] = [
        BrokenAnswer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", .interrupted),
        BrokenAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .interrupted),
        BrokenAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", .malformedResponse),
        BrokenAnswer("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", .malformedResponse),
        BrokenAnswer("HTTP/1.1 20 OK\r\n\r\n", .malformedResponse),
        BrokenAnswer("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .malformedResponse),
        BrokenAnswer("HTTP/1.1 100 Continue\r\n\r\n", .interrupted),
        BrokenAnswer("220 mail ESMTP\r\n", .malformedResponse),
        BrokenAnswer("\u{0}\u{1}\u{2}\r\n\r\n", .malformedResponse),
        BrokenAnswer(ok("A: \(xs(70_000))\r\n\r\n"), .tooLarge),
        BrokenAnswer(ok("A: \(xs(2_000_000))"), .tooLarge),
        BrokenAnswer(ok(String(repeating: "A: b\r\n", count: 300)), .tooLarge),
        BrokenAnswer(ok(String(repeating: "A: \(xs(990))\r\n", count: 100)), .tooLarge),
        BrokenAnswer(ok("Content-Length: 2000\r\n\r\n\(xs(2000))"), .tooLarge),
        BrokenAnswer(ok("\r\n\(xs(2000))"), .tooLarge),
        BrokenAnswer("", .interrupted),
    ]

    @Test(arguments: brokenAnswers)
    func `an answer that is not whole, not HTTP or too large`(_ answer: BrokenAnswer) async throws {
        var limits = HTTPLimits.generous
        limits.responseBytes = 1000
        let error = try await failure(limits: limits) { $0.write(answer.text) }
        #expect(error.kind == answer.kind, "\(error)")
        #expect(error.mayHaveBeenReceived)
        #expect(!error.message.isEmpty)
        #expect(!error.description.contains("secret"))
    }

    @Test func `a body of just the limit is not too large`() async throws {
        var limits = HTTPLimits.generous
        limits.responseBytes = 1000
        let server = RawServer.answering(String(repeating: "x", count: 1000))
        #expect(try await HTTPClient(.test()).send(HTTPRequest("GET", server.url, limits: limits)).body.count == 1000)
    }

    @Test func `a reset before and in the middle of the body`() async throws {
        #expect(try await failure { $0.reset() }.kind == .interrupted)
        let error = try await failure { connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            connection.reset()
        }
        #expect(error.kind == .interrupted)
        #expect(error.mayHaveBeenReceived)
    }

    @Test func `nobody listens`() async throws {
        let error = try #require(
            await HTTPClient(.test()).failure(HTTPRequest("POST", "http://127.0.0.1:\(RawServer.unusedPort())/", limits: .generous))
        )
        #expect(error.kind == .connect)
        #expect(!error.mayHaveBeenReceived)
    }

    @Test func `a name that is none`() async throws {
        let error = try #require(
            await HTTPClient(.test()).failure(HTTPRequest("GET", "http://no-such-name.invalid/", limits: .generous)))
        #expect(error.kind == .resolve)
        #expect(!error.mayHaveBeenReceived)
    }

    @Test func `a server that stops in its head`() async throws {
        var limits = HTTPLimits.generous
        limits.idle = .milliseconds(200)
        let error = try await failure(limits: limits) { connection in
            connection.write("HTTP/1.1 200 OK\r\nX: ")
            _ = connection.waitForClose()
        }
        #expect(error.kind == .timeout)
        #expect(error.mayHaveBeenReceived)
        #expect(error.message.contains("nothing moved"))
    }

    @Test func `a server that stops in its body`() async throws {
        var limits = HTTPLimits.generous
        limits.idle = .milliseconds(200)
        let error = try await failure(limits: limits) { connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            _ = connection.waitForClose()
        }
        #expect(error.kind == .timeout)
    }

    @Test func `a server that never answers, against the total limit`() async throws {
        var limits = HTTPLimits.generous
        limits.total = .milliseconds(200)
        let error = try await failure(limits: limits) { _ = $0.waitForClose() }
        #expect(error.kind == .timeout)
        #expect(error.message.contains("not finished"))
    }

    @Test func `a TLS handshake that is never answered, against the connect limit`() async throws {
        let server = RawServer { _ = $0.waitForClose() }
        var limits = HTTPLimits.generous
        limits.connect = .milliseconds(200)
        let request = HTTPRequest("POST", "https://127.0.0.1:\(server.port)/", limits: limits)
        let client = HTTPClient(.test())
        // All but the first wait to share its connection: their limit runs as well.
        let errors = await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<20 { group.addTask { await client.failure(request) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.allSatisfy { $0?.kind == .timeout && $0?.mayHaveBeenReceived == false })
    }

    @Test func `a stream that breaks off gives what came, then the error`() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        }
        let stream = try await HTTPClient(.test()).stream(HTTPRequest("GET", server.url, limits: .generous))
        #expect(stream.status == 200)
        let (bytes, error) = await stream.body.drain()
        #expect(bytes == 3)
        #expect(error?.kind == .interrupted)
        #expect(await stream.body.drain().error?.kind == .interrupted)
    }

    @Test(arguments: [("POST", HTTPError.Kind.interrupted), ("PATCH", .interrupted), ("PUT", nil), ("GET", nil)])
    func `a body is sent a second time only where the method allows it`(_ method: String, _ kind: HTTPError.Kind?) async throws {
        let requests = Locked(0)
        let server = RawServer { connection in
            var count = 0
            while let head = connection.readHead(), connection.read(head.contentLength) != nil {
                if head.hasPrefix(method), head.contains("/tested") { requests.withLock { $0 += 1 } }
                count += 1
                // Dies on the second request of the first connection.
                if head.contains("/tested"), count == 2 { return connection.reset() }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let client = HTTPClient(.test())
        _ = try await client.send(HTTPRequest("GET", server.url, limits: .generous))
        let error = await client.failure(
            HTTPRequest(method, server.url + "/tested", body: method == "GET" ? nil : [1, 2, 3], limits: .generous))
        #expect(error?.kind == kind)
        #expect(error?.mayHaveBeenReceived ?? true)
        #expect(requests.withLock { $0 } == (kind == nil ? 2 : 1))
    }
}
